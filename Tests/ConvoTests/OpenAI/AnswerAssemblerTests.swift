import ConversationHistory
import Testing

@testable import convo

@Suite struct AnswerAssemblerTests {
    private func calls(_ deltas: String...) throws -> [ToolCall] {
        var answer = AnswerAssembler()
        for delta in deltas {
            #expect(try answer.take(#"{"choices":[{"delta":{"tool_calls":[\#(delta)]}}]}"#) == [])
        }
        return answer.toolCalls().compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
    }

    @Test func givesTextUsageAndTheEnd() throws {
        var answer = AnswerAssembler()
        #expect(try answer.take(#"{"choices":[{"delta":{"role":"assistant","content":null}}]}"#) == [])
        #expect(try answer.take(#"{"choices":[{"delta":{"content":"Hé"}}]}"#) == [.text("Hé")])
        #expect(!answer.isComplete)
        #expect(try answer.take(#"{"choices":[{"delta":{},"finish_reason":"length"}]}"#) == [.lengthLimit])
        #expect(answer.isComplete && !answer.hasEnded)
        let usage = #"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}"#
        #expect(try answer.take(#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}"#) == [])
        #expect(try answer.take(usage) == [])
        #expect(answer.usage == Usage(inputTokens: 3, outputTokens: 4))
        #expect(try answer.take("[DONE]") == [])
        #expect(answer.hasEnded)
    }

    @Test func takesAMessageThatIsNotStreamed() throws {
        var answer = AnswerAssembler()
        let text = #"{"choices":[{"message":{"content":"All"},"finish_reason":"stop"}],"usage":null}"#
        #expect(try answer.take(text) == [.text("All")])
        #expect(answer.isComplete)
    }

    @Test func joinsCallsThatComeInParts() throws {
        let found = try calls(
            #"{"index":0,"id":"a","function":{"name":"clock","arguments":""}}"#,
            #"{"index":1,"id":"b","function":{"name":"calculator","arguments":"{\"expr"}}"#,
            #"{"index":0,"function":{"arguments":"{}"}}"#,
            #"{"index":1,"function":{"arguments":"ession\":\"1+1\"}"}}"#
        )
        #expect(
            found == [
                ToolCall(id: "a", name: "clock"),
                ToolCall(id: "b", name: "calculator", arguments: ["expression": "1+1"]),
            ]
        )
    }

    @Test func takesCallsAsOtherServersSendThem() throws {
        let found = try calls(
            #"{"id":"a","function":{"name":"x","arguments":{"n":1.0}}}"#,
            #"{"id":"b","function":{"name":"y","arguments":"{\"n\":"}}"#,
            #"{"function":{"arguments":"2}"}}"#
        )
        #expect(found.map(\.id) == ["a", "b"])
        #expect(found.map(\.arguments.jsonString) == [#"{"n":1.0}"#, #"{"n":2}"#])
        let nameless = try calls(#"{"index":0,"function":{"name":"x","arguments":"oops"}}"#)
        #expect(nameless.map(\.arguments) == ["oops"])
        #expect(nameless.first?.id.hasPrefix("call-") == true)
    }

    @Test(arguments: ["", "oops", "[]", "{", "3"])
    func refusesWhatIsNoChunk(_ text: String) {
        var answer = AnswerAssembler()
        #expect(throws: ServerError.notUnderstood) { try answer.take(text) }
    }

    @Test(arguments: [
        (#"{"error":{"message":"Too long.","code":400}}"#, "Too long."), (#"{"error":"Too long."}"#, "Too long."),
    ])
    func reportsErrors(_ text: String, _ message: String) {
        var answer = AnswerAssembler()
        #expect(throws: ServerError.reported(message)) { try answer.take(text) }
    }
}
