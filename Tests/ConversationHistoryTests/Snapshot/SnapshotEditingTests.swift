import Testing

@testable import ConversationHistory

@Suite struct SnapshotEditingTests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    /// Ten messages with the ids 0 to 9, in turns of two.
    private func tenEntries() throws -> Snapshot {
        var snapshot = Snapshot(id: "c", title: "Ten")
        for number in 0..<10 {
            try snapshot.append(HistoryEntry(.message(.user("\(number)")), id: EntryID("\(number)"), date: nil))
        }
        for number in 0..<5 {
            snapshot.turns.append(Turn(id: TurnID("t\(number)"), entries: 2 * number..<2 * number + 2))
        }
        return snapshot
    }

    private func ids(_ snapshot: Snapshot) -> [String] { snapshot.entries.map(\.id.rawValue) }

    private func ranges(_ snapshot: Snapshot) -> [Range<Int>] { snapshot.turns.map(\.entries) }

    // MARK: - Appending and changing

    @Test func appendReturnsTheID() throws {
        var snapshot = Snapshot()
        let id = try snapshot.append(.user("hello"), date: nil, isPinned: true)
        #expect(snapshot.entries[0].id == id && snapshot.position(of: id) == 0)
        #expect(snapshot.entries[0].isPinned && snapshot.entries[0].date == nil)
    }

    @Test func anIDIsTakenOnce() throws {
        var snapshot = try tenEntries()
        func isRefused(_ snapshot: inout Snapshot, _ id: EntryID) -> Bool {
            let before = snapshot
            let entry = HistoryEntry<ChatMessage>(.message(.user("again")), id: id, date: nil)
            do {
                try snapshot.append(entry)
                return false
            } catch {
                #expect(error.code == .duplicateID)
                #expect(snapshot == before)
                return true
            }
        }
        for number in 0..<10 { #expect(isRefused(&snapshot, EntryID("\(number)"))) }
        let copy = snapshot
        #expect(!isRefused(&snapshot, "new"))
        #expect(isRefused(&snapshot, "new"))
        // A copy is a conversation of its own.
        var other = copy
        #expect(!isRefused(&other, "new"))
        // What is gone can come again, wherever it was.
        try snapshot.remove("3")
        snapshot.rewind(to: 8, date: nil)
        for id in ["3", "9", "new"] as [EntryID] {
            #expect(!isRefused(&snapshot, id))
            #expect(isRefused(&snapshot, id))
        }
        #expect(isRefused(&snapshot, "0") && isRefused(&snapshot, "7"))
        var fork = snapshot.forked(count: 2)
        #expect(isRefused(&fork, "1") && !isRefused(&fork, "7"))
        // Scalars, not characters, make an id.
        #expect(!isRefused(&snapshot, "e\u{301}") && !isRefused(&snapshot, "\u{e9}"))
        var read = try Snapshot(decoding: snapshot.encoded())
        #expect(isRefused(&read, "e\u{301}") && !isRefused(&read, "unused"))
        let appended = try snapshot.append(.user("with an id of its own"), date: nil)
        #expect(isRefused(&snapshot, appended))
    }

    /// Each append looks at a few runs of hashes, not at all the entries: this would take minutes.
    @Test func manyIDsThatAreGivenStayCheap() throws {
        var snapshot = Snapshot()
        var held: [Snapshot] = []
        for number in 0..<60_000 {
            try snapshot.append(HistoryEntry(.action(HistoryAction(name: "x")), id: EntryID("\(number)"), date: nil))
            if number.isMultiple(of: 1_000) { held.append(snapshot) }
        }
        #expect(throws: SnapshotError.self) {
            try snapshot.append(HistoryEntry(.action(HistoryAction(name: "x")), id: "31234", date: nil))
        }
        #expect(held.map(\.entries.count) == stride(from: 1, to: 60_000, by: 1_000).map(\.self))
    }

    @Test func whatCannotBeReadBackIsRefused() throws {
        var snapshot = try tenEntries()
        let before = snapshot
        let deep = (0...JSONValue.maximumDepth).reduce(JSONValue.null) { inner, _ in [inner] }
        let call = ChatMessage(role: .assistant, content: [.toolCall(ToolCall(id: "1", name: "f", arguments: deep))])
        #expect(throws: SnapshotError.self) { try snapshot.append(call) }
        #expect(throws: SnapshotError.self) { try snapshot.update("3") { $0.content = .message(call) } }
        #expect(throws: SnapshotError.self) { try snapshot.update("3") { $0.metadata = ["deep": deep] } }
        #expect(snapshot == before)
    }

    @Test func updateChangesOneEntry() throws {
        var snapshot = try tenEntries()
        try snapshot.update("4") { entry in
            entry.content = .action(HistoryAction(name: "replaced"))
            entry.sender = "somebody"
        }
        #expect(ids(snapshot) == (0..<10).map(String.init))
        #expect(snapshot.entries[4].action?.name == "replaced" && snapshot.entries[4].sender == "somebody")
        #expect(snapshot.messages.count == 9)
        try snapshot.update("4") { $0.content = .message(.user("again")) }
        #expect(snapshot.messages.count == 10 && snapshot.messages[4].text == "again")
    }

    @Test func pinning() throws {
        var snapshot = try tenEntries()
        let before = snapshot
        try snapshot.setPinned(true, "7")
        #expect(snapshot.entries.filter(\.isPinned).map(\.id) == ["7"])
        try snapshot.setPinned(false, "7")
        #expect(snapshot == before)
    }

    @Test func pinningAsItIsChangesNoReference() throws {
        var snapshot = try tenEntries()
        let before = snapshot
        try snapshot.setPinned(false, "7")
        #expect(snapshot.entries.sharedPrefixCount(with: before.entries) == 10)
    }

    @Test func unknownIDs() throws {
        var snapshot = try tenEntries()
        let before = snapshot
        func expectNotFound(_ body: () throws -> Void) {
            #expect { try body() } throws: { ($0 as? SnapshotError)?.code == .notFound }
        }
        expectNotFound { try snapshot.update("x") { $0.isPinned = true } }
        expectNotFound { try snapshot.setPinned(true, "x") }
        expectNotFound { try snapshot.remove("x") }
        #expect(snapshot == before && snapshot.position(of: "x") == nil)
    }

    // MARK: - Removing

    @Test func removingShiftsTurns() throws {
        var snapshot = try tenEntries()
        snapshot.openTurn = Turn(id: "open", entries: 8..<10)
        try snapshot.remove("3")
        #expect(ids(snapshot) == ["0", "1", "2", "4", "5", "6", "7", "8", "9"])
        #expect(ranges(snapshot) == [0..<2, 2..<3, 3..<5, 5..<7, 7..<9])
        #expect(snapshot.openTurn?.entries == 7..<9)
        try snapshot.remove("2")
        #expect(snapshot.turns.map(\.id) == ["t0", "t2", "t3", "t4"])
        #expect(ranges(snapshot) == [0..<2, 2..<4, 4..<6, 6..<8])
    }

    @Test func removingKeepsTurnsThatAddedNothing() throws {
        var snapshot = try tenEntries()
        snapshot.turns.append(Turn(id: "failed", entries: 10..<10, outcome: .failed))
        try snapshot.remove("0")
        #expect(snapshot.turns.last?.id == "failed" && snapshot.turns.last?.entries == 9..<9)
    }

    @Test func rewindTakesTurnsThatAddedNothing() throws {
        var snapshot = try tenEntries()
        snapshot.turns.append(Turn(id: "failed", entries: 10..<10, outcome: .failed))
        let fork = snapshot.forked(count: 4)
        #expect(fork.turns.map(\.id) == ["t0", "t1"])
        snapshot.rewind(to: 8, date: nil)
        #expect(snapshot.turns.map(\.id) == ["t0", "t1", "t2", "t3"])
        #expect(snapshot.rewound.first?.turns.map(\.id) == ["t4", "failed"])
    }

    @Test func removingKeepsATurnThatHasJustBegun() throws {
        var snapshot = try tenEntries()
        snapshot.openTurn = Turn(id: "open", entries: 10..<10)
        try snapshot.remove("2")
        #expect(snapshot.openTurn?.entries == 9..<9)
    }

    @Test func removingShortensSummaries() throws {
        var snapshot = try tenEntries()
        for through in ["0", "5"] as [EntryID] {
            let summary = HistorySummary<ChatMessage>(message: .user("short"), through: through)
            try snapshot.append(HistoryEntry(.summary(summary), id: EntryID("s\(through)"), date: nil))
        }
        func reach() -> [EntryID] { snapshot.entries.compactMap { $0.summary?.through } }
        try snapshot.remove("4")
        #expect(reach() == ["0", "5"])
        try snapshot.remove("5")
        #expect(reach() == ["0", "3"])
        try snapshot.remove("s5")
        #expect(reach() == ["0"])
        #expect(snapshot.messages.count == 8)
    }

    // MARK: - Rewinding and forking

    @Test func rewindKeepsWhatItCut() throws {
        var snapshot = try tenEntries()
        let all = snapshot
        snapshot.rewind(to: 5, date: nil)
        #expect(ids(snapshot) == ["0", "1", "2", "3", "4"])
        #expect(ranges(snapshot) == [0..<2, 2..<4, 4..<5])
        let cut = try #require(snapshot.rewound.first)
        #expect(cut.position == 5 && cut.entries.map(\.id.rawValue) == ["5", "6", "7", "8", "9"])
        #expect(cut.turns.map(\.entries) == [4..<6, 6..<8, 8..<10])
        #expect(Array(snapshot.entries) + Array(cut.entries) == Array(all.entries))
        snapshot.rewind(to: 2, date: nil)
        #expect(snapshot.rewound.map(\.position) == [5, 2])
        snapshot.removeRewound()
        #expect(snapshot.rewound.isEmpty && ids(snapshot) == ["0", "1"])
    }

    @Test func rewindBeyondTheEndsIsHarmless() throws {
        var snapshot = try tenEntries()
        let before = snapshot
        snapshot.rewind(to: 10)
        snapshot.rewind(to: 99)
        #expect(snapshot == before)
        snapshot.rewind(to: -3, date: nil)
        #expect(snapshot.entries.isEmpty && snapshot.turns.isEmpty && snapshot.rewound.first?.entries.count == 10)
    }

    @Test func forkIsIndependent() throws {
        var parent = try tenEntries()
        parent.rewind(to: 9, date: nil)
        let before = parent
        var fork = parent.forked(count: 4, id: "fork", date: nil)
        #expect(fork.origin == ForkOrigin(conversation: "c", entry: "3"))
        #expect(fork.id == "fork" && fork.title == "Ten" && fork.created == nil && fork.rewound.isEmpty)
        #expect(ids(fork) == ["0", "1", "2", "3"] && ranges(fork) == [0..<2, 2..<4])
        #expect(fork.entries.sharedPrefixCount(with: parent.entries) == 4, "What both have in common is shared.")
        try fork.update("0") { $0.isPinned = true }
        try fork.append(.user("only here"))
        #expect(parent == before)
        try parent.append(.user("only there"))
        #expect(fork.entries.count == 5)
    }

    @Test func forkOfAllAndOfNothing() throws {
        let parent = try tenEntries()
        #expect(parent.forked().entries == parent.entries)
        #expect(parent.forked(count: 99).origin?.entry == "9")
        let empty = parent.forked(count: -1)
        #expect(empty.entries.isEmpty && empty.turns.isEmpty && empty.origin?.entry == nil)
        #expect(parent.forked().id != parent.forked().id)
    }
}
