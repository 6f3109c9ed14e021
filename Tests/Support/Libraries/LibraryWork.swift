package import ConversationHistory
package import ConversationHistoryLibrary

/// A sequence of random-looking operations on a library, which is the same in every run with one seed.
///
/// The result depends only on the seed and the number of steps, so another library after the same number of steps shows
/// what must be found. An operation that the library rejects for a valid reason also counts as a step.
package struct LibraryWork<Library: ConversationLibrary<ChatMessage>> {
    /// A word that every message contains.
    package static var word: String { "said" }

    private let library: Library
    private var random: SeededGenerator
    private var stores: [ConversationID: Library.Store] = [:]
    private var stepCount = 0

    /// Prepares operations on an empty library.
    package init(_ library: Library, seed: UInt64) {
        self.library = library
        random = SeededGenerator(seed: seed)
    }

    /// Performs the next operation.
    ///
    /// - Throws: ``HistoryStoreError`` for an operation that no library may reject.
    package mutating func step() async throws {
        stepCount += 1
        // All random values are drawn first, so that the next step is the same whatever the result of this one.
        let kind = Int.random(in: 0..<24, using: &random)
        let id = ConversationID("c\(Int.random(in: 0..<4, using: &random))")
        let fork = ConversationID("f\(Int.random(in: 0..<3, using: &random))")
        let number = Int.random(in: 0..<1_000, using: &random)
        do {
            try await perform(kind, id, fork, number)
        } catch let error as HistoryStoreError
            where [.notFound, .alreadyExists, .conflict].contains(error.code)
        {
            // A new store is needed after a conflict, and for a conversation that is recreated.
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

    /// Changes a stored conversation through a store that is kept from step to step.
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
    /// Performs operations and acknowledges each one, until the process is killed.
    ///
    /// - Parameters:
    ///   - count: The number of operations before the process schedules its own death.
    ///   - time: The delay of that death in microseconds.
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

    /// Checks that a library contains all acknowledged operations of a killed process, and no partial one.
    ///
    /// - Parameters:
    ///   - acknowledgements: The acknowledgments of that process.
    ///   - count: The minimum number of acknowledged operations.
    /// - Returns: The state that was found.
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
    /// Returns the states that a library may have after its process was killed: all acknowledged steps, or one more.
    package static func states(after count: Int, seed: UInt64) async throws -> [LibraryState] {
        let library = InMemoryConversationLibrary<ChatMessage>()
        var work = LibraryWork(library, seed: seed)
        for _ in 0..<count { try await work.step() }
        let safe = try await LibraryState(of: library)
        try await work.step()
        return [safe, try await LibraryState(of: library)]
    }
}
