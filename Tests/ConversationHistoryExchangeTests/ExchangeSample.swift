import Foundation

@testable import ConversationHistory
@testable import ConversationHistoryExchange
@testable import ConversationHistoryLibrary

/// Libraries and archives to test with.
enum ExchangeSample {
    typealias Library = InMemoryConversationLibrary<ChatMessage>

    static let date = Date(timeIntervalSinceReferenceDate: 783_000_000.25)

    /// A stored history with all that this version has no name for.
    static let odd = #"""
        {
          "format":"conversation-history","version":2,"messages":"chat","lineage":"","id":"its own id","future":[1,2.50],
          "history":[
            {"id":"1","message":{"role":"user","content":[{"type":"text","text":"half \ud83d of a pair"}]}},
            {"id":"2","poll":{"b":1,"a":9007199254740993},"votes":[]},
            {"end":"odd","id":"3","action":{"name":"x","unknown":true},"artifact":"\udc00"},
            {"id":"4","message":{"role":"wizard","content":[{"type":"spell","n":1e400}],"extra":null}}
          ],
          "state":{"revision":3,"count":4,"mood":"good","owner":{"user":"ada","team":"x"}}
        }
        """#

    static func message(_ number: Int, _ text: String) -> HistoryEntry<ChatMessage> {
        let role: MessageRole = number.isMultiple(of: 2) ? .user : .assistant
        return HistoryEntry(.message(ChatMessage(role: role, text: text)), id: EntryID("e\(number)"), date: date)
    }

    /// A history with turns, an action, a rewind, and a message that is still being written.
    static func busy() throws -> ConversationSnapshot<ChatMessage> {
        var snapshot = ConversationSnapshot<ChatMessage>(
            id: "busy",
            title: "Trip to \"Tokyo\"\n2",
            owner: Owner(user: "ada", organization: "analytical"),
            created: date
        )
        snapshot.metadata = ["colour": "red", "numbers": [1, 1.50]]
        for (number, text) in ["one", "two\u{2028}\u{85}\r\n", "three", "four", "five"].enumerated() {
            try snapshot.append(message(number, text))
        }
        snapshot.turns.append(Turn(id: "t1", entries: 0..<2, outcome: .completed, usage: Usage(inputTokens: 3)))
        snapshot.rewind(to: 3, date: date)
        try snapshot.append(HistoryEntry(.action(HistoryAction(name: "approve", payload: ["ok": true])), id: "a"))
        var pinned = message(7, "pinned")
        pinned.isPinned = true
        try snapshot.append(pinned)
        snapshot.openTurn = Turn(id: "t2", entries: 3..<5)
        var draft = message(8, "not yet wh")
        draft.isIncomplete = true
        try snapshot.append(draft)
        return snapshot
    }

    /// A library of three conversations and one in the trash.
    static func library() async throws -> Library {
        let library = Library()
        try await library.store(for: "../../etc/passwd").save(busy())
        try await library.store(for: "odd").save(ConversationSnapshot(decoding: Array(odd.utf8)))
        _ = try await library.create(NewConversation(id: "empty", created: date))
        try await library.store(for: "thrown away").save(ConversationSnapshot(messages: [.user("old")]))
        for id: ConversationID in ["../../etc/passwd", "thrown away"] {
            _ = try await library.saveArtifact([1, 2, 255], named: "a b", type: nil, in: id)
            _ = try await library.saveArtifact([], named: "a b", type: "text/plain", in: id)
        }
        // Three lines of data, none of them like the others.
        let large = (0..<3).flatMap { [UInt8](repeating: 0xA5 + $0, count: ArchiveFormat.dataCount) }.dropLast(5)
        _ = try await library.saveArtifact(Array(large), named: "../é", type: "image/png", in: "../../etc/passwd")
        try await library.delete("thrown away")
        return library
    }

    static func exporter(_ library: Library) -> LibraryExporter<Library> {
        LibraryExporter(library, includesTrash: true)
    }

    /// A small archive of one conversation with an artifact.
    static func small(_ id: ConversationID = "c", owner: Owner? = nil, _ text: String = "hi") async throws -> [UInt8] {
        let library = Library()
        var snapshot = ConversationSnapshot<ChatMessage>(id: id, title: "T", owner: owner, created: date)
        try snapshot.append(message(0, text))
        try snapshot.append(message(1, text))
        try await library.store(for: id).save(snapshot)
        _ = try await library.saveArtifact([1, 2, 3], named: "f", type: nil, in: id)
        return try await LibraryExporter(library).exported()
    }

    static func lines(_ archive: [UInt8]) -> [String] {
        String(decoding: archive, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// An archive of lines whose only conversation is given the checksum that it must have.
    static func sealed(_ lines: [String]) -> [UInt8] {
        var lines = lines
        guard let end = lines.firstIndex(where: { $0.hasPrefix("{\"end\":") }) else {
            return Array(lines.joined().utf8)
        }
        var checksum = CRC32()
        Array((lines[1..<end].joined(separator: "\n") + "\n").utf8).withUnsafeBytes { checksum.update($0) }
        let digits = String(decoding: HistoryFooter.digits(of: checksum.value), as: UTF8.self)
        let id = lines[end].split(separator: ",\"lines\"")[0]
        lines[end] = "\(id),\"lines\":\(end - 1),\"checksum\":\"\(digits)\"}"
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }
}
