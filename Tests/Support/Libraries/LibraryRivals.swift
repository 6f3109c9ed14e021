package import ConversationHistory
package import ConversationHistoryLibrary

/// A test of two processes that save onto the same state of one conversation, where only one may succeed.
package struct LibraryRivals<Library: ConversationLibrary<ChatMessage>> {
    /// An unexpected outcome.
    package struct Surprise: Error, CustomStringConvertible {
        package let description: String
    }

    private let library: Library
    private let ready: Acknowledgements
    private let go: Acknowledgements
    private let otherWon: Acknowledgements

    /// Prepares one of the two processes.
    ///
    /// - Parameters:
    ///   - library: The library as this process opened it.
    ///   - directory: The directory through which the processes report their progress to each other.
    package init(_ library: Library, in directory: String) {
        self.library = library
        ready = Acknowledgements(path: directory + "/ready")
        go = Acknowledgements(path: directory + "/go")
        otherWon = Acknowledgements(path: directory + "/other-won")
    }

    /// Runs in the child process.
    ///
    /// - Throws: The error of the save, unless it is a conflict.
    package func runAsOther() async throws {
        let store = library.store(for: "shared")
        let snapshot = try longer(try await store.load(), "other")
        ready.add()
        guard await go.wait(for: 1) else { throw Surprise(description: "The first process did not come.") }
        if try await wins(store, saving: snapshot) { otherWon.add() }
    }

    /// Runs in the parent process, and checks the outcome of both.
    ///
    /// - Parameter other: A closure that runs the child process until it exits.
    package func run(against other: @escaping @Sendable () async -> Void) async throws {
        let store = library.store(for: "shared")
        try await store.save(ConversationSnapshot(messages: [ChatMessage.user("both")]))
        let hasWon = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await other() }
            let snapshot = try longer(try await store.load(), "own")
            guard await ready.wait(for: 1) else { throw Surprise(description: "The other process did not come.") }
            go.add()
            let hasWon = try await wins(store, saving: snapshot)
            try await group.waitForAll()
            return hasWon
        }
        guard hasWon != (otherWon.count == 1) else {
            throw Surprise(description: "Of two saves onto the same state, \(hasWon ? "both" : "none") won.")
        }
        let winner = hasWon ? "own" : "other"
        let ids = try await store.load()?.entries.dropFirst().map(\.id.rawValue)
        guard ids == ["\(winner)-0", "\(winner)-1"] else {
            throw Surprise(description: "What \(winner) saved is not what is there.")
        }
    }

    /// Saves, and returns whether it succeeded rather than failed with a conflict.
    private func wins(
        _ store: Library.Store,
        saving snapshot: ConversationSnapshot<ChatMessage>
    ) async throws -> Bool {
        do throws(HistoryStoreError) {
            try await store.save(snapshot)
            return true
        } catch {
            guard error.code == .conflict else { throw error }
            return false
        }
    }

    /// Returns the snapshot that a process saves: the loaded one with two more entries.
    private func longer(
        _ snapshot: ConversationSnapshot<ChatMessage>?,
        _ marker: String
    ) throws -> ConversationSnapshot<ChatMessage> {
        guard var snapshot else { throw Surprise(description: "There is nothing to save onto.") }
        for part in 0..<2 {
            let entry = HistoryEntry<ChatMessage>(.message(.user("said")), id: EntryID("\(marker)-\(part)"), date: nil)
            try snapshot.append(entry)
        }
        return snapshot
    }
}
