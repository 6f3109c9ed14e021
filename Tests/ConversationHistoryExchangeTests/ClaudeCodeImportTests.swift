import Testing

@testable import ConversationHistory
@testable import ConversationHistoryExchange

@Suite struct ClaudeCodeImportTests {
    private static let lines = [
        #"{"type":"user","timestamp":"2025-06-14T10:00:00Z","parentUuid":null,"sessionId":"s1","uuid":"u1","cwd":"/x","message":{"role":"user","content":"hello"}}"#,
        #"{"type":"assistant","timestamp":"2025-06-14T10:00:01.500Z","sessionId":"s1","uuid":"u2","message":{"id":"m","type":"message","role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"sig"},{"type":"text","text":"\#u{2028}ok"},{"type":"tool_use","id":"c1","name":"Edit","input":{"b":1,"a":2.0}}],"usage":{"input_tokens":3}}}"#,
        #"{"type":"user","sessionId":"s1","uuid":"u2","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"done","is_error":true,"call_id":"odd"},{"type":"mystery"}]},"toolUseResult":{"ok":false}}"#,
        #"{"type":"user","sessionId":"s2","uuid":"u9","message":{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]}}"#,
        #"{"type":"summary","summary":"Greeting","leafUuid":"u1"}"#,
        #"{"type":"system","sessionId":"s2","content":"note"}"#,
    ]

    @Test func sessionsBecomeConversations() throws {
        let text = Self.lines.joined(separator: "\r\n") + "\n\n"
        let snapshots = try ClaudeCodeImport.snapshots(decoding: text.utf8)
        #expect(snapshots.map(\.id) == ["s1", "s2"])
        let first = snapshots[0]
        #expect(first.title == "Greeting")
        #expect(first.entries.map(\.id) == ["u1", "u2", "u2-3", "line-4"])
        #expect(first.created == StoredDate.parse("2025-06-14T10:00:00Z"))
        #expect(first.updated == StoredDate.parse("2025-06-14T10:00:01.5Z"))
        #expect(first.entries[0].metadata == ["parentUuid": .null, "cwd": "/x"])
        #expect(first.messages[0] == .user("hello"))
        #expect(
            first.messages[1]
                == ChatMessage(
                    role: .assistant,
                    content: [
                        .reasoning(ReasoningBlock("hm", signature: "sig")), .text("\u{2028}ok"),
                        .toolCall(
                            ToolCall(id: "c1", name: "Edit", arguments: try JSONValue(parsing: #"{"b":1,"a":2.0}"#))
                        ),
                    ],
                    additionalFields: ["id": "m", "type": "message", "usage": ["input_tokens": 3]]
                )
        )
        #expect(
            first.messages[2].content == [
                .toolResult(
                    ToolResult(
                        callID: "c1",
                        content: [.text("done")],
                        isError: true,
                        additionalFields: ["original_call_id": "odd"]
                    )
                ), .other(["type": "mystery"]),
            ]
        )
        #expect(first.entries[2].metadata == ["toolUseResult": ["ok": false]])
        #expect(first.entries[3].action?.name == "claude-code.summary")
        #expect(snapshots[1].messages[0].content == [.image(MediaBlock(.base64(mediaType: "image/png", data: "AAAA")))])
        #expect(snapshots[1].entries[1].action?.payload == (try JSONValue(parsing: Self.lines[5])))
        for snapshot in snapshots {
            #expect(try ConversationSnapshot<ChatMessage>(decoding: snapshot.encoded()) == snapshot)
        }
    }

    @Test(arguments: [
        ("", 0), ("\n", 0), ("{\"type\":\"summary\"}", 0), ("{\"sessionId\":\"s\"}\n{\"a\":", 23), ("7", 0),
    ])
    func whatIsNoneIsRefusedWithItsPlace(text: String, offset: Int) {
        let error = #expect(throws: SnapshotDecodingError.self) { try ClaudeCodeImport.snapshots(decoding: text.utf8) }
        #expect(error?.offset == offset)
    }
}
