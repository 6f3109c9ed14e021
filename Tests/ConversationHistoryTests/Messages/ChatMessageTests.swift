import Foundation
import Testing

@testable import ConversationHistory

@Suite struct ChatMessageTests {
    /// A message with a block of each kind, and fields of its own in each of them.
    static let everything = ChatMessage(
        role: MessageRole(rawValue: "critic"),
        content: [
            .text(TextBlock("one\u{0}\u{2028}é", additionalFields: ["cache": ["type": "x"]])),
            .image(MediaBlock(.base64(mediaType: "image/png", data: "iVBO+/="), name: "a")),
            .image(MediaBlock(.url("https://example.org"), additionalFields: ["detail": "low"])),
            .document(MediaBlock(.file(id: "f-1"))),
            .document(MediaBlock(.other(["type": "vault", "key": 1]))),
            .toolCall(
                ToolCall(
                    id: "a",
                    name: "n",
                    arguments: ["z": 9_007_199_254_740_993, "a": [nil, true, ""]],
                    additionalFields: ["kind": "function"]
                )
            ),
            .toolResult(
                ToolResult(
                    callID: "a",
                    content: [.text("r"), .image(MediaBlock(.url("u")))],
                    isError: true,
                    isPlaceholder: true,
                    additionalFields: ["ms": 12]
                )
            ),
            .reasoning(ReasoningBlock("because", signature: "sig==", additionalFields: ["index": 0])),
            .redactedReasoning(RedactedReasoningBlock(data: "sealed")),
            .other(["type": "server_tool", "b": 1, "a": [2]]),
            .text("two"),
        ],
        additionalFields: ["stop": "end", "agent": nil]
    )

    @Test func theTextIsThatOfItsTexts() {
        #expect(Self.everything.text == "one\u{0}\u{2028}étwo")
        #expect(ChatMessage(role: .user, content: []).text == "")
        #expect(ChatMessage.calling("a").text == "")
    }

    @Test func settingTheTextKeepsAllElseAndItsPlace() {
        var message = Self.everything
        message.text = "new"
        #expect(message.text == "new")
        #expect(message.content.count == 10)
        #expect(message.content[0] == .text(TextBlock("new", additionalFields: ["cache": ["type": "x"]])))
        #expect(Array(message.content[1...]) == Array(Self.everything.content[1..<10]))
        var caller = ChatMessage.calling("a")
        caller.text += "said"
        #expect(caller.content.count == 2 && caller.content[1] == .text("said"))
        caller.text = ""
        #expect(caller.content.count == 2)
    }

    @Test func callsAndResultsAreFound() {
        #expect(Self.everything.toolCalls.map(\.name) == ["n"])
        #expect(Self.everything.toolResults.map(\.isError) == [true])
        #expect(Self.everything.toolCallIDs == ["a"] && Self.everything.toolResultIDs == ["a"])
        #expect(Self.everything.searchableText == "one\u{0}\u{2028}é\nr\ntwo")
    }

    @Test func partsAreRenamedAndLeftOut() {
        let message = Self.everything
        #expect(message.withToolParts(callIDs: ["a"], resultIDs: ["a"], keepingRest: true) == message)
        let renamed = message.withToolParts(callIDs: ["b"], resultIDs: [nil], keepingRest: false)
        #expect(renamed?.content.count == 1)
        #expect(renamed?.toolCallIDs == ["b"] && renamed?.toolCalls.first?.arguments == message.toolCalls[0].arguments)
        #expect(message.withToolParts(callIDs: [nil], resultIDs: [nil], keepingRest: false) == nil)
        #expect(message.withToolParts(callIDs: [nil], resultIDs: [nil], keepingRest: true)?.content.count == 9)
    }

    @Test func emptyPartsAreLeftOut() {
        #expect(Self.everything.withoutEmptyParts() == Self.everything)
        #expect(ChatMessage.user(" \u{3000}\n").withoutEmptyParts() == nil)
        #expect(ChatMessage(role: .user, content: []).withoutEmptyParts() == nil)
        let result = ChatMessage.toolResult(callID: "a", text: "").withoutEmptyParts()
        #expect(result?.toolResults == [ToolResult(callID: "a", content: [])])
        let mixed = ChatMessage(
            role: .tool,
            content: [
                .text(""),
                .toolResult(ToolResult(callID: "a", content: [.text(" "), .image(MediaBlock(.url("u"))), .text("x")])),
            ]
        )
        #expect(
            mixed.withoutEmptyParts()?.content == [
                .toolResult(ToolResult(callID: "a", content: [.image(MediaBlock(.url("u"))), .text("x")]))
            ]
        )
    }

    @Test func comesBackThroughFoundation() throws {
        for message in [Self.everything, .user(""), ChatMessage(role: "", content: [])] {
            let data = try JSONEncoder().encode([message])
            let decoded = try JSONDecoder().decode([ChatMessage].self, from: data)
            // Foundation does not keep the order of keys, and nothing else is lost.
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            #expect(try encoder.encode(decoded) == encoder.encode([message]))
            #expect(decoded[0].role == message.role && decoded[0].text == message.text)
        }
    }

    @Test func comesBackThroughASnapshot() throws {
        let snapshot = ConversationSnapshot(messages: [Self.everything, .user(""), ChatMessage(role: "", content: [])])
        for style in [SnapshotStyle.lines, .pretty] {
            #expect(try ConversationSnapshot<ChatMessage>(decoding: snapshot.encoded(style: style)) == snapshot)
        }
    }

    @Test func comesBackWithinAMessageOfOnesOwn() throws {
        struct Wrapper: HistoryMessage {
            var inner: ChatMessage
            var role: MessageRole { inner.role }
            var searchableText: String { inner.searchableText }
        }
        let snapshot = ConversationSnapshot(messages: [Wrapper(inner: Self.everything)])
        #expect(try ConversationSnapshot<Wrapper>(decoding: snapshot.encoded()) == snapshot)
    }
}
