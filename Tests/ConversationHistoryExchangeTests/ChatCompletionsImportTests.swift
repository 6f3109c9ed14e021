import Testing

@testable import ConversationHistory
@testable import ConversationHistoryExchange

@Suite struct ChatCompletionsImportTests {
    private static let messages = #"""
        [
          {"role":"system","content":"Be brief.","name":"setup"},
          {"role":"user","content":[{"type":"text","text":"What?","cache_control":{"type":"ephemeral"}},
            {"type":"image_url","image_url":{"url":"https://example.org/a.png"}},
            {"type":"image_url","image_url":{"url":"https://example.org/b.png","detail":"low"}},
            {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
            {"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]},
          {"role":"assistant","content":null,"refusal":null,"tool_calls":[
            {"id":"1","type":"function","function":{"name":"look","arguments":"{\"z\":1,\"a\":[1.50]}","strict":true}},
            {"id":"2","type":"function","name":"x","function":{"name":"look","arguments":"{\"z\": 1}"}},
            {"id":"3","type":"custom","custom":{"name":"run","input":"ls"}},
            {"odd":true}]},
          {"role":"tool","tool_call_id":"1","content":"a cat"},
          {"role":"tool","tool_call_ids":["2"],"content":[{"type":"text","text":"a"}]},
          {"role":"tool","tool_call_id":"3","content":"","is_error":true}
        ]
        """#

    @Test func everyPartHasItsPlace() throws {
        let snapshot = try ChatCompletionsImport.snapshot(decoding: Self.messages.utf8)
        let messages = Array(snapshot.messages)
        #expect(messages.map(\.role) == [.system, .user, .assistant, .tool, .tool, .tool])
        #expect(messages[0].additionalFields == ["name": "setup"])
        #expect(
            messages[1].content == [
                .text(TextBlock("What?", additionalFields: ["cache_control": ["type": "ephemeral"]])),
                .image(MediaBlock(.url("https://example.org/a.png"))),
                .other([
                    "type": "image_url", "image_url": ["url": "https://example.org/b.png", "detail": "low"],
                ]),
                .image(MediaBlock(.base64(mediaType: "image/png", data: "AAAA"))),
                .other(["type": "input_audio", "input_audio": ["data": "AAAA", "format": "wav"]]),
            ]
        )
        #expect(messages[2].additionalFields == ["refusal": .null])
        let calls = messages[2].toolCalls
        #expect(calls.map(\.name) == ["look", "look", "run"])
        #expect(calls[0].arguments.jsonString == #"{"z":1,"a":[1.50]}"#)
        #expect(calls[0].additionalFields == ["function": ["strict": true]])
        #expect(calls[1].arguments == #"{"z": 1}"#)
        #expect(calls[1].additionalFields == ["original_name": "x"])
        #expect(calls[2].arguments == "ls")
        #expect(messages[2].content.last == .other(["odd": true]))
        #expect(messages[3...].map(\.toolResultIDs) == [["1"], ["2"], ["3"]])
        #expect(messages[4].additionalFields == ["tool_call_ids": ["2"]])
        #expect(try ConversationSnapshot<ChatMessage>(decoding: snapshot.encoded()) == snapshot)
        #expect(try ChatCompletionsImport.snapshot(decoding: Self.messages.utf8) == snapshot)
    }

    @Test func argumentsThatDifferStayDifferent() throws {
        let texts = [
            "hello", "\"hello\"", "7", "\"7\"", "null", "\"null\"", "", "\"\"", "{}", "\"{}\"", "[1]", "\"[1]\"",
        ]
        let calls = try texts.map { text in
            let call: JSONValue = ["id": "1", "function": ["name": "f", "arguments": .string(text)]]
            let messages: JSONValue = [["role": "assistant", "tool_calls": [call]]]
            let snapshot = try ChatCompletionsImport.snapshot(decoding: messages.jsonString.utf8)
            return try #require(snapshot.messages.first?.toolCalls.first)
        }
        for (text, call) in zip(texts, calls) {
            // What is given back to a model is what came from it.
            #expect((call.arguments.stringValue ?? call.arguments.jsonString) == text)
        }
        #expect(Set(calls.map(\.arguments)).count == texts.count)
    }

    @Test func aRequestKeepsItsOtherMembers() throws {
        let text = #"{"model":"m","messages":[{"role":"user","content":"hi"}],"temperature":0.70}"#
        let snapshot = try ChatCompletionsImport.snapshot(decoding: text.utf8)
        #expect(Array(snapshot.messages) == [.user("hi")])
        #expect(JSONValue.object(snapshot.metadata).jsonString == #"{"model":"m","temperature":0.70}"#)
    }

    @Test(arguments: [
        ("", 0), ("{}", 0), ("7", 0), ("[{\"role\":\"user\",\"content\":\"a\"},", 31), ("[ 1]", 2),
        ("[{\"role\":\"user\",\"content\":\"a\"}, {\"content\":\"b\"}]", 32),
        ("[{\"role\":\"user\",\"content\":7}]", 1),
        ("[] 1", 3),
    ])
    func whatIsNoneIsRefusedWithItsPlace(text: String, offset: Int) {
        let error = #expect(throws: SnapshotDecodingError.self) {
            try ChatCompletionsImport.snapshot(decoding: text.utf8)
        }
        #expect(error?.offset == offset)
    }
}
