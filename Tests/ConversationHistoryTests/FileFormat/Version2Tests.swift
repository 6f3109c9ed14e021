import TestSupport
import Testing

@testable import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite("Histories of version 2 that were written before")
struct Version2Tests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    /// A fixture in a file of its own, and what it holds.
    private func opened(_ name: String) async throws -> (HistoryFile, HistoryFile.Store, Snapshot) {
        let file = HistoryFile()
        file.put(Fixture("version2/" + name).content)
        let store = file.store()
        return (file, store, try #require(try await store.load()))
    }

    private func expectShips(_ snapshot: Snapshot) throws {
        #expect(snapshot.id == "ships")
        #expect(snapshot.created?.timeIntervalSinceReferenceDate == 789_015_845)
        #expect(snapshot.owner == Owner(user: "ann", organization: "museum"))
        #expect(snapshot.messages.map(\.role) == [.user, .assistant, .tool, .assistant])
        #expect(Array(snapshot.pinned) == [true, false, false, false])
        #expect(snapshot.messages[1].toolCalls.first?.arguments["n"]?.description == "9007199254740993")
        #expect(snapshot.entries[3].sender == "expert")
        #expect(snapshot.entries[4].action == HistoryAction(name: "approve", payload: ["ok": true]))
        #expect(snapshot.turns.first?.usage == Usage(inputTokens: 10, outputTokens: 20))
        #expect(snapshot.turns.first?.entries == 0..<4)
        #expect(snapshot.title == "Ships")
    }

    @Test("One entry a line, and indented", arguments: ["lines.json", "pretty.json"])
    func sound(name: String) async throws {
        let (file, store, snapshot) = try await opened(name)
        try expectShips(snapshot)
        #expect(await store.recovery == nil)
        var changed = snapshot
        try changed.append(.user("next"))
        try await store.save(changed)
        #expect(try await file.loaded() == changed)
        file.expectSound("\(name)")
        // What stands there already is not written anew.
        if name == "lines.json" {
            let lines = Fixture("version2/lines.json").content.split(separator: UInt8(ascii: "\n"))
            #expect(file.content.split(separator: UInt8(ascii: "\n")).starts(with: lines.dropLast()))
        }
    }

    @Test("A save that stopped before it blanked out the old footer")
    func interrupted() async throws {
        let (file, store, snapshot) = try await opened("interrupted.json")
        #expect(snapshot.title == "More ships")
        #expect(snapshot.entries.count == 7)
        #expect(snapshot.entries.last?.isIncomplete == true)
        #expect(snapshot.messages.last?.text == "The ne")
        #expect(snapshot.openTurn?.id == "t2")
        try await store.save(snapshot)
        #expect(try await file.loaded() == snapshot)
        file.expectSound("interrupted")
    }

    @Test("A save that stopped in the middle")
    func torn() async throws {
        let (file, store, snapshot) = try await opened("torn.json")
        try expectShips(snapshot)
        let recovery = try #require(await store.recovery)
        #expect(recovery.revision == 3)
        #expect(recovery.offset == Fixture("version2/lines.json").content.count)
        try await store.save(snapshot)
        #expect(try await file.loaded() == snapshot)
        file.expectSound("torn")
    }

    @Test("Entries that were written behind those that they stand before, and a rewind on two lines")
    func late() async throws {
        let (file, store, snapshot) = try await opened("late.json")
        #expect(snapshot.entries.map(\.id) == ["e1", "e2", "e3", "e4", "e5", "e6", "e7"])
        #expect(snapshot.entries.allSatisfy { $0.additionalFields.isEmpty })
        #expect(snapshot.entries[1].sender == "expert")
        #expect(snapshot.entries.map(\.isIncomplete) == [false, false, false, false, false, true, false])
        #expect(snapshot.turns.map(\.entries) == [0..<4])
        #expect(snapshot.rewound.map { $0.turns.map(\.id) } == [["t0", "t00", "t000"]])
        #expect(snapshot.rewound.first?.additionalFields.isEmpty == true)
        // What stands there already is not written anew.
        var changed = snapshot
        try changed.update("e6") { entry in
            entry.isIncomplete = false
            entry.content = .message(.assistant("The next one"))
        }
        try changed.append(.user("next"))
        try await store.save(changed)
        #expect(try await file.loaded() == changed)
        file.expectSound("late")
        let lines = Fixture("version2/late.json").content.split(separator: UInt8(ascii: "\n"))
        #expect(file.content.split(separator: UInt8(ascii: "\n")).starts(with: lines.dropLast()))
        // Written anew, everything is in its order, on lines that need no position.
        try await store.overwrite(with: changed)
        #expect(try await file.loaded() == changed)
        #expect(file.content.firstRange(of: #"{"position":1"#) == nil)
    }

    @Test("A position that cannot be is damage", arguments: ["-1", "3", "99999999999"])
    func wrongPosition(position: String) async throws {
        let entry = #"{"id":"a","message":{"role":"user","content":[]}}"#
        let records = [entry, #"{"id":"b"}"#, #"{"position":\#(position),"id":"c"}"#]
        try await BadInputTests.expectRefusal(RewindFileTests.file(of: records), [.damaged], "\(records)")
        // So is one that is very far from the end: it takes long to put an entry there.
        var many = (0..<300).map { #"{"id":"\#($0)"}"# }
        many.append(#"{"position":0,"id":"c"}"#)
        try await BadInputTests.expectRefusal(RewindFileTests.file(of: many), [.damaged])
    }

    @Test(
        "A member of that name that means something else stays",
        arguments: [#"{"position":"left","id":"c"}"#, #"{"position":1.0,"id":"c"}"#, #"{"id":"c","position":0}"#]
    )
    func otherPosition(record: String) async throws {
        let file = HistoryFile()
        file.put(RewindFileTests.file(of: [#"{"id":"a"}"#, record]))
        let store = file.store()
        let snapshot = try #require(try await store.load())
        #expect(snapshot.entries.map(\.id) == ["a", "c"])
        try await store.overwrite(with: snapshot)
        #expect(try await file.loaded() == snapshot)
        #expect(file.content.firstRange(of: #""position":"#) != nil)
    }

    @Test("What this version does not know survives, whether lines stay or everything is written anew")
    func unknown() async throws {
        let original = Fixture("version2/unknown.json").content
        let records = original.split(separator: UInt8(ascii: "\n")).dropFirst().dropLast().map(Array.init)
        for style in [SnapshotStyle.lines, .pretty] {
            for anew in [false, true] {
                let file = HistoryFile()
                file.put(original)
                let store = file.store(style: style)
                var snapshot = try #require(try await store.load())
                #expect(snapshot.entries[1].content == .other(["poll": ["options": ["a", "b"], "closes": 1.0]]))
                snapshot.title = "Another title"
                if anew { try await store.overwrite(with: snapshot) } else { try await store.save(snapshot) }
                if style == .pretty {
                    let again = file.store()
                    var indented = try #require(try await again.load())
                    #expect(indented == snapshot)
                    indented.title = "A third title"
                    try await again.save(indented)
                }
                let written = String(decoding: file.content, as: UTF8.self)
                for record in records {
                    let text = String(
                        decoding: record.last == UInt8(ascii: ",") ? record.dropLast() : record,
                        as: UTF8.self
                    )
                    #expect(written.utf8.firstRange(of: text) != nil, "\(style) \(anew) \(text)")
                }
                for text in [
                    #","theme":{"dark":true},"history":["#, #""owner":{"user":"ann","team":"night"}"#,
                    #""origin":{"conversation":"older","reason":"retry"}"#, #""metadata":{"k":1e2}"#,
                    #""labels":["x"]"#,
                ] {
                    #expect(written.utf8.firstRange(of: text) != nil, "\(style) \(anew) \(text)")
                }
                #expect(try await file.loaded()?.entries == snapshot.entries)
            }
        }
    }

    @Test("Half of a surrogate pair is kept as it is written, also when the file is indented or written anew")
    func loneSurrogate() async throws {
        let text =
            #"{"id":"e","message":{"role":"tool","content":[{"type":"text","text":"\ud800 \udfff\uD83D \\ \" "}]}}"#
        let head = #"{"format":"conversation-history","version":2,"messages":"chat","lineage":"l","history":["#
        let file = HistoryFile()
        file.put(Array((head + text + #"],"state":{"count":1}}"#).utf8))
        for style in [SnapshotStyle.lines, .pretty, .lines, .pretty, .lines] {
            let store = file.store(style: style)
            var snapshot = try #require(try await store.load())
            #expect(snapshot.messages.first?.text.isEmpty == false)
            try snapshot.append(.user("next"))
            try await store.save(snapshot)
            #expect(try await file.loaded() == snapshot)
            let isWritten = String(decoding: file.content, as: UTF8.self).utf8.firstRange(
                of: style == .lines ? text : #"\ud800 \udfff\uD83D \\ \" "#
            )
            #expect(isWritten != nil)
        }
    }
}

extension Sequence<UInt8> {
    /// Returns where a text begins, by bytes.
    fileprivate func firstRange(of text: String) -> Int? {
        let bytes = Array(self)
        let wanted = Array(text.utf8)
        guard bytes.count >= wanted.count else { return nil }
        return (0...bytes.count - wanted.count).first { bytes[$0] == wanted[0] && bytes[$0...].starts(with: wanted) }
    }
}
