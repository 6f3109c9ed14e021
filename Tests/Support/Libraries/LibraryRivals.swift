package import ConversationHistory
package import ConversationHistoryLibrary

/// Two processes that save onto the same state of one conversation, of which only one may win.
package struct LibraryRivals<Library: ConversationLibrary<ChatMessage>> {
    /// How it came out otherwise.
    package struct Surprise: Error, CustomStringConvertible {
        package let description: String
    }

    private let library: Library
    private let ready: Acknowledgements
    private let go: Acknowledgements
    private let otherWon: Acknowledgements

    /// Prepares one of the two.
    ///
    /// - Parameters:
    ///   - library: The library as this process has opened it.
    ///   - directory: Where both tell each other how far they are.
    package init(_ library: Library, in directory: String) {
        self.library = library
        ready = Acknowledgements(path: directory + "/ready")
        go = Acknowledgements(path: directory + "/go")
        otherWon = Acknowledgements(path: directory + "/other-won")
    }

    /// Plays the part of the process that was started.
    ///
    /// - Throws: What the save throws, unless it is a conflict.
    package func runAsOther() async throws {
        let store = library.store(for: "shared")
        let snapshot = try longer(try await store.load(), "other")
        ready.add()
        guard await go.wait(for: 1) else { throw Surprise(description: "The first process did not come.") }
        if try await wins(store, saving: snapshot) { otherWon.add() }
    }

    /// Plays the part of the process that has started the other one, and checks how both have fared.
    ///
    /// - Parameter other: Runs the other process to its end.
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

    /// Returns whether a save is made, and not refused as a conflict.
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

    /// The snapshot that a process saves onto the one that both have loaded.
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
