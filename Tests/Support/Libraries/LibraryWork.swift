package import ConversationHistory
package import ConversationHistoryLibrary

/// Things done to a library one after another, which look random and are the same in every run of one seed.
///
/// What they come to depends on nothing but the seed and their number, so that another library that did as many of them
/// says what must be found. What a library refuses for good reason is a step too.
package struct LibraryWork<Library: ConversationLibrary<ChatMessage>> {
    /// A word that each message holds.
    package static var word: String { "said" }

    private let library: Library
    private var random: SeededGenerator
    private var stores: [ConversationID: Library.Store] = [:]
    private var stepCount = 0

    /// Prepares to do things to a library that is empty.
    package init(_ library: Library, seed: UInt64) {
        self.library = library
        random = SeededGenerator(seed: seed)
    }

    /// Does the next thing.
    ///
    /// - Throws: ``HistoryStoreError`` for what no library may refuse.
    package mutating func step() async throws {
        stepCount += 1
        // All is drawn before anything is done, so that the next step is the same whatever becomes of this one.
        let kind = Int.random(in: 0..<24, using: &random)
        let id = ConversationID("c\(Int.random(in: 0..<4, using: &random))")
        let fork = ConversationID("f\(Int.random(in: 0..<3, using: &random))")
        let number = Int.random(in: 0..<1_000, using: &random)
        do {
            try await perform(kind, id, fork, number)
        } catch let error as HistoryStoreError
            where [.notFound, .alreadyExists, .conflict].contains(error.code)
        {
            // Another store is needed after a conflict, and for what is created anew.
            stores[id] = nil
        }
    }

    private mutating func perform(
        _ kind: Int,
        _ id: ConversationID,
        _ fork: ConversationID,
        _ number: Int
    ) async throws {
        let new = (0..<3).map { entry(number, $0) }
        switch kind {
        case 0..<9: try await edit(id) { try $0.append(new[0]) }
        case 9:
            try await edit(id) { snapshot in
                guard let first = snapshot.entries.first else { return }
                try snapshot.update(first.id) { $0.content = .message(.user("changed \(Self.word) \(number)")) }
            }
        case 10: try await edit(id) { $0.rewind(to: $0.entries.count - number % 3, date: nil) }
        case 11, 12: _ = try await library.create(NewConversation(id: id, title: "Created in step \(stepCount)"))
        case 13: try await library.rename(id, to: "Renamed in step \(stepCount)")
        case 14: try await library.delete(id)
        case 15, 16: try await library.restore(id)
        case 17: _ = try await library.fork(id, after: nil, as: NewConversation(id: fork))
        case 18, 19:
            let data = [UInt8](repeating: UInt8(number % 256), count: number * 20)
            _ = try await library.saveArtifact(data, named: "file\(number % 2)", type: nil, in: id)
        case 20: try await library.removeArtifact(named: "file\(number % 2)", in: id)
        case 21: try await library.append([new[1], new[2]], to: id)
        case 22: _ = try await library.purge(.conversation(number % 2 == 0 ? id : fork))
        default: try await library.delete(fork)
        }
    }

    /// Changes what is stored of a conversation, by a store that goes on from step to step.
    private mutating func edit(
        _ id: ConversationID,
        _ change: (inout ConversationSnapshot<ChatMessage>) throws -> Void
    ) async throws {
        let store = stores[id] ?? library.store(for: id)
        var snapshot = try await store.load() ?? ConversationSnapshot(id: id, title: "Saved in step \(stepCount)")
        try change(&snapshot)
        try await store.save(snapshot)
        stores[id] = store
    }

    private func entry(_ number: Int, _ part: Int) -> HistoryEntry<ChatMessage> {
        let text = "\(Self.word) in step \(stepCount) " + String(repeating: "x", count: number * 3)
        return HistoryEntry(.message(.user(text)), id: EntryID("\(stepCount)-\(part)"), date: nil)
    }
}

extension LibraryWork {
    /// Does one thing after another and acknowledges each, until the process is killed.
    ///
    /// - Parameters:
    ///   - count: How many things it does before it lets itself be killed.
    ///   - time: How long it goes on then, in microseconds.
    package mutating func goOn(
        acknowledging acknowledgements: Acknowledgements,
        killedAfter count: Int,
        microseconds time: UInt32
    ) async throws {
        for number in 0... {
            if number == count { OwnProcess.kill(afterMicroseconds: time) }
            try await step()
            acknowledgements.add()
        }
    }

    /// Checks that a library holds what a process was told to be safe before it was killed, and nothing in between.
    ///
    /// - Parameters:
    ///   - acknowledgements: What that process has acknowledged.
    ///   - count: How many things it did at least.
    /// - Returns: What was found.
    package static func check(
        _ library: Library,
        after acknowledgements: Acknowledgements,
        atLeast count: Int,
        seed: UInt64
    ) async throws -> LibraryState {
        let safe = acknowledgements.count
        guard safe >= count else {
            throw LibraryState.Disagreement(description: "Only \(safe) of \(count) steps were acknowledged.")
        }
        let expected = try await LibraryWork<InMemoryConversationLibrary>.states(after: safe, seed: seed)
        let found = try await LibraryState(of: library)
        guard expected.contains(found) else {
            throw LibraryState.Disagreement(description: "With seed \(seed), after \(safe) steps, there is: \(found)")
        }
        return found
    }
}

extension LibraryWork where Library == InMemoryConversationLibrary<ChatMessage> {
    /// What a library may hold whose process was killed: what it was told to be safe, or one step more.
    package static func states(after count: Int, seed: UInt64) async throws -> [LibraryState] {
        let library = InMemoryConversationLibrary<ChatMessage>()
        var work = LibraryWork(library, seed: seed)
        for _ in 0..<count { try await work.step() }
        let safe = try await LibraryState(of: library)
        try await work.step()
        return [safe, try await LibraryState(of: library)]
    }
}
