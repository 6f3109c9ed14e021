import TestSupport
import Testing

@testable import ConversationHistory

@Suite("Histories of version 1")
struct Version1Tests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    private func load(_ name: String) throws -> Snapshot {
        try Snapshot(decoding: Fixture("version1/" + name).content)
    }

    static let released: [ChatMessage] = [
        ChatMessage(
            role: .user,
            content: [
                .text("Which of these ships is older?"),
                .image(MediaBlock(.base64(mediaType: "image/png", data: "iVBORw0KGgo="))),
                .image(MediaBlock(.url("https://example.org/ship.jpg"))),
                .document(MediaBlock(.file(id: "file-log"))),
            ]
        ),
        ChatMessage(
            role: .assistant,
            content: [
                .reasoning(ReasoningBlock("Look at the rigging.", signature: "c2lnbmVk")),
                .reasoning(ReasoningBlock("No signature here.")),
                .redactedReasoning(RedactedReasoningBlock(data: "b3BhcXVl")),
                .text("I look both up."),
                .toolCall(ToolCall(id: "call-1", name: "ship", arguments: ["name": "Vasa", "year": 1628])),
                .toolCall(ToolCall(id: "call-2", name: "ship", arguments: ["flags": [true, nil, 2.5], "zone": [:]])),
            ]
        ),
        ChatMessage(
            role: .tool,
            content: [
                .toolResult(
                    ToolResult(
                        callID: "call-1",
                        content: [.text("launched 1627"), .image(MediaBlock(.url("https://example.org/vasa.jpg")))]
                    )
                ),
                .toolResult(ToolResult(callID: "call-2", text: "no such ship", isError: true)),
            ]
        ),
        .assistant("The Vasa: \"1628\" — ⛵"),
    ]

    @Test("The dialect that was released, with every kind of block")
    func releasedDialect() throws {
        let snapshot = try load("released.json")
        #expect(Array(snapshot.messages) == Self.released)
        #expect(Array(snapshot.pinned) == [true, false, true, false])
        #expect(snapshot == (try Snapshot(messages: Self.released, pinned: [true, false, true, false])))
    }

    @Test("The dialect with renamed calls")
    func unreleasedDialect() throws {
        let snapshot = try load("unreleased.json")
        #expect(
            Array(snapshot.messages) == [
                .user("What is the time?"),
                ChatMessage(role: .assistant, content: [.toolCall(ToolCall(id: "call-1", name: "clock"))]),
                .toolResult(callID: "call-1", text: "ten past nine"),
                .assistant("Ten past nine."),
            ]
        )
        #expect(Array(snapshot.pinned) == [false, true, false, false])
    }

    @Test("The dialect from before the first release")
    func earlyDialect() throws {
        let snapshot = try load("early.json")
        let calls = [
            ToolCall(id: "call-1", name: "clock"), ToolCall(id: "call-2", name: "clock", arguments: ["zone": "Mars"]),
        ]
        #expect(
            Array(snapshot.messages) == [
                .user("What is the time there?"),
                ChatMessage(role: .assistant, content: calls.map { .toolCall($0) }),
                ChatMessage(
                    role: .user,
                    content: [
                        .toolResult(ToolResult(callID: "call-1", text: "ten past nine")),
                        .toolResult(ToolResult(callID: "call-2", text: "no such zone", isError: true)),
                        .text("And?"),
                    ]
                ),
            ]
        )
        #expect(Array(snapshot.pinned) == [false, false, true])
    }

    @Test("What no release wrote is kept and written back")
    func unknownBlocks() throws {
        let snapshot = try load("unknown.json")
        #expect(snapshot.messages.count == 4)
        #expect(snapshot.messages[1].content.first == .other(["Citation": ["url": "https://example.org"]]))
        let written = try JSONValue(parsing: try snapshot.encoded(style: .version1))
        #expect(written == (try JSONValue(parsing: Fixture("version1/unknown.json").content)))
    }

    @Test("The released dialect is written back byte for byte", arguments: ["released.json", "empty.json"])
    func writesBack(name: String) throws {
        #expect(try load(name).encoded(style: .version1) == Fixture("version1/" + name).content)
    }

    @Test("The written text, exactly")
    func exactText() throws {
        var snapshot = Snapshot(id: "left out", title: "left out")
        try snapshot.append(.user("a \"b\"\n"), isPinned: true)
        try snapshot.append(HistoryEntry(.action(HistoryAction(name: "left out"))))
        let text = """
            {
              "version": 1,
              "messages": [
                {
                  "User": {
                    "blocks": [
                      {
                        "Text": {
                          "text": "a \\"b\\"\\n"
                        }
                      }
                    ]
                  }
                }
              ],
              "pinned": [
                true
              ]
            }
            """
        #expect(String(decoding: try snapshot.encoded(style: .version1), as: UTF8.self) == text)
        let empty = try Snapshot().encoded(style: .version1)
        #expect(
            String(decoding: empty, as: UTF8.self) == "{\n  \"version\": 1,\n  \"messages\": [],\n  \"pinned\": []\n}"
        )
    }

    @Test("What version 1 has no place for is refused")
    func refusedMessages() throws {
        for message in [ChatMessage.system("x"), ChatMessage(role: "later", text: "x")] {
            let error = #expect(throws: SnapshotError.self) {
                try Snapshot(messages: [message]).encoded(style: .version1)
            }
            #expect(error?.code == .notEncodable)
        }
    }

    @Test("The files that are refused")
    func refusedFiles() async throws {
        let newer = #expect(throws: SnapshotDecodingError.self) { try load("refused-version.json") }
        #expect(newer?.code == .newerVersion)
        #expect(newer?.description.contains("999") == true)
        let lengths = #expect(throws: SnapshotDecodingError.self) { try load("refused-lengths.json") }
        #expect(lengths?.code == .damaged)
        #expect(lengths?.description.contains("messages: 1, pins: 0") == true)
        for name in ["refused-version.json", "refused-lengths.json"] {
            let content = Fixture("version1/" + name).content
            try await BadInputTests.expectRefusal(content, [.newerVersion, .damaged])
        }
    }

    @Test("The next save makes it version 2", arguments: ["released", "unreleased", "early", "empty", "unknown"])
    func becomesVersion2(name: String) async throws {
        let file = HistoryFile()
        file.put(Fixture("version1/\(name).json").content)
        let store = file.store()
        var snapshot = try #require(try await store.load())
        let messages = Array(snapshot.messages)
        let pinned = Array(snapshot.pinned)
        try await store.save(snapshot)
        #expect(file.content == Fixture("version1/\(name).json").content, "nothing changed, nothing is written")
        snapshot.title = "A title"
        try await store.save(snapshot)
        #expect(file.content.starts(with: "{\"format\":\"conversation-history\",\"version\":2,".utf8))
        let found = try #require(try await file.loaded())
        #expect(Array(found.messages) == messages)
        #expect(Array(found.pinned) == pinned)
        #expect(found == snapshot)
    }

    @Test("A store that writes version 1 goes on doing so, and a new date alone is no conflict")
    func storeOfVersion1() async throws {
        let file = HistoryFile()
        file.put(Fixture("version1/released.json").content)
        let store = file.store(style: .version1)
        var snapshot = try #require(try await store.load())
        for step in 0..<3 {
            try snapshot.append(.user("step \(step)"), date: nil)
            file.directory.setModified(file.name, secondsAgo: 100)
            try await store.save(snapshot)
            file.directory.setModified(file.name, secondsAgo: 50)
            #expect(try await file.loaded()?.messages.count == 5 + step)
        }
        file.put(Fixture("version1/early.json").content)
        let error = await failure { () throws(HistoryStoreError) in
            snapshot.title = "x"
            try await store.save(snapshot)
        }
        #expect(error?.code == .conflict)
        #expect(file.content == Fixture("version1/early.json").content)
    }
}
