import ConversationHistory
import TestSupport
import Testing

@Suite struct ChatCompletionsTests {
    private static let request = #"""
        [
          {"role":"system","content":"Be brief.","name":"setup"},
          {"role":"user","content":[{"type":"text","text":"What is this?","cache_control":{"type":"ephemeral"}},
            {"type":"image_url","image_url":{"url":"https://example.org/a.png"}},
            {"type":"image_url","image_url":{"url":"https://example.org/b.png","detail":"low"}},
            {"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]},
          {"role":"assistant","content":null,"refusal":null,"tool_calls":[
            {"id":"call_1","type":"function","function":{"name":"look","arguments":"{\"z\":1,\"a\":[9007199254740993,1.50]}"}},
            {"id":"call_2","type":"function","function":{"name":"look","arguments":"{\"z\": 1}"}},
            {"id":"call_3","type":"function","function":{"name":"look","arguments":"{\"cut\":"}}]},
          {"role":"tool","tool_call_id":"call_1","content":"a cat"},
          {"role":"tool","tool_call_id":"call_2","content":[{"type":"text","text":"a"},{"type":"text","text":"dog"}]},
          {"role":"tool","tool_call_id":"call_3","content":"","is_error":true},
          {"role":"assistant","content":"A cat\r\nand a \u0000 dog 🐕‍🦺.","agent":"main","annotations":[]}
        ]
        """#

    @Test func readsEveryPart() throws {
        let messages = try ChatCompletions.messages(of: JSONValue(parsing: Self.request))
        #expect(messages.map(\.role) == [.system, .user, .assistant, .tool, .tool, .tool, .assistant])
        #expect(
            messages[0]
                == ChatMessage(role: .system, content: [.text("Be brief.")], additionalFields: ["name": "setup"])
        )
        #expect(messages[1].content.count == 4)
        #expect(messages[1].content[1] == .image(MediaBlock(.url("https://example.org/a.png"))))
        #expect(messages[2].toolCalls.map(\.id) == ["call_1", "call_2", "call_3"])
        #expect(messages[2].toolCalls[0].arguments.jsonString == #"{"z":1,"a":[9007199254740993,1.50]}"#)
        #expect(messages[2].toolCalls[1].arguments == #"{"z": 1}"#)
        #expect(messages[2].toolCalls[2].arguments == #"{"cut":"#)
        #expect(messages[4].toolResults[0].content == [.text("a"), .text("dog")])
        #expect(messages[5].additionalFields == ["is_error": true])
        #expect(ContextChecker.fault(in: Array(messages[..<5] + messages[6...])) != nil)
    }

    @Test func comesBackAsItWasThroughAConversationInAFile() async throws {
        let value = try JSONValue(parsing: Self.request)
        let messages = try ChatCompletions.messages(of: value)
        let directory = TemporaryDirectory()
        let path = directory.path("chat.json")
        let conversation = try await Conversation(restoring: JSONFileHistoryStore(path: path))
        try await conversation.append(messages[0])
        try await conversation.turn(messages[1]) { turn in
            for message in messages[2...] { try await turn.append(message) }
        }
        let restored = try await Conversation(restoring: JSONFileHistoryStore(path: path))
        #expect(Array(restored.messages) == messages)
        #expect(restored.messages.map(\.text.utf8.count) == messages.map(\.text.utf8.count))
        #expect(restored.snapshot == conversation.snapshot)
        let again = try ChatCompletions.messages(of: ChatCompletions.value(of: restored.messages))
        #expect(again == messages)
        #expect(ContextChecker.fault(in: restored.context.messages) == nil)
        #expect(restored.context.repairs.map(\.kind) == [.droppedEmptyPart])
    }
}
