import ConversationHistory
import Testing

@testable import convo

@Suite struct ChatRequestTests {
    private func messages(_ messages: ChatMessage...) -> [String] {
        let body = ChatRequest(model: "m", messages: messages, tools: []).json
        return (body["messages"]?.arrayValue ?? []).map(\.jsonString)
    }

    @Test func writesTheMessagesOfAToolLoop() {
        let call = ToolCall(id: "1", name: "calculator", arguments: ["expression": "1+1", "n": 1.5])
        let written = messages(
            .system("Be brief."),
            .user("1+1?"),
            ChatMessage(
                role: .assistant,
                content: [.reasoning(ReasoningBlock("Hm")), .text("Let me see."), .toolCall(call)]
            ),
            .toolResult(callID: "1", text: "2"),
            .assistant("Two.")
        )
        #expect(
            written == [
                #"{"role":"system","content":"Be brief."}"#,
                #"{"role":"user","content":"1+1?"}"#,
                #"{"role":"assistant","content":"Let me see.","tool_calls":[{"id":"1","type":"function","function":{"#
                    + #""name":"calculator","arguments":"{\"expression\":\"1+1\",\"n\":1.5}"}}]}"#,
                #"{"role":"tool","tool_call_id":"1","content":"2"}"#,
                #"{"role":"assistant","content":"Two."}"#,
            ]
        )
    }

    @Test func writesEachResultAlone() {
        let results = [ToolResult(callID: "a", text: "1"), ToolResult(callID: "b", text: "no", isError: true)]
        let message = ChatMessage(role: .user, content: results.map(ContentBlock.toolResult) + [.text("Go on")])
        #expect(
            messages(message) == [
                #"{"role":"tool","tool_call_id":"a","content":"1"}"#,
                #"{"role":"tool","tool_call_id":"b","content":"no"}"#,
                #"{"role":"user","content":"Go on"}"#,
            ]
        )
    }

    @Test func writesImagesAndNamesWhatItCannotSend() {
        let message = ChatMessage(
            role: .user,
            content: [
                .text("Look"), .image(MediaBlock(.url("https://example.org/a.png"))),
                .image(MediaBlock(.base64(mediaType: "image/png", data: "AAAA"))),
                .image(MediaBlock(.file(id: "f"))), .document(MediaBlock(.file(id: "g"), name: "a.pdf")),
            ]
        )
        #expect(
            messages(message) == [
                #"{"role":"user","content":[{"type":"text","text":"Look"},"#
                    + #"{"type":"image_url","image_url":{"url":"https://example.org/a.png"}},"#
                    + #"{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},"#
                    + #"{"type":"text","text":"[An image that cannot be shown here]"},"#
                    + #"{"type":"text","text":"[A document that cannot be shown here: a.pdf]"}]}"#
            ]
        )
    }

    @Test func mergesNeighboursAndLeavesOutTheEmpty() {
        let reasoning = ChatMessage(role: .assistant, content: [.reasoning(ReasoningBlock("Hm"))])
        #expect(messages(.user("A"), reasoning, .user("B")) == [#"{"role":"user","content":"A\n\nB"}"#])
        #expect(messages(.system("A"), .system("B")).count == 2)
        let call = ChatMessage(role: .assistant, content: [.toolCall(ToolCall(id: "1", name: "x", arguments: "oops"))])
        let written = messages(call, .toolResult(callID: "1", text: ""), .assistant("A"))
        #expect(
            written.first
                == #"{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","#
                + #""function":{"name":"x","arguments":"oops"}}]}"#
        )
        #expect(written.count == 3)
    }

    @Test func repeatsArgumentsAsTheServerWroteThem() {
        let text = #"{ "n": 1.0,  "e": "a" }"#
        let call = ToolCall(id: "1", name: "x", text: text)
        #expect(call.arguments == ["n": .number(JSONNumber("1.0")!), "e": "a"])
        let written = messages(
            ChatMessage(role: .assistant, content: [.toolCall(call)]),
            .toolResult(callID: "1", text: "")
        )
        let escaped = text.replacing("\"", with: "\\\"")
        #expect(written.first?.contains("\"arguments\":\"\(escaped)\"") == true)
    }

    @Test func declaresTheTools() throws {
        let body = ChatRequest(model: "m", messages: [], tools: [CalculatorTool()]).json
        #expect(body["model"] == "m" && body["stream"] == true)
        let tool = try #require(body["tools"]?[0])
        #expect(tool["function"]?["name"] == "calculator")
        #expect(tool["function"]?["parameters"]?["required"] == ["expression"])
        #expect(ChatRequest(model: "m", messages: [], tools: []).json["tools"] == nil)
    }
}
