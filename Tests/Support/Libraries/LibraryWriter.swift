package import ConversationHistory
package import ConversationHistoryLibrary

/// One of several concurrent writers to a library; each turn that it saves has two entries.
package struct LibraryWriter<Library: ConversationLibrary<ChatMessage>> {
    private let library: Library
    private let marker: String

    /// Prepares a writer.
    ///
    /// - Parameter marker: A name that distinguishes its entries and conversations from those of other writers.
    package init(_ library: Library, marker: String) {
        self.library = library
        self.marker = marker
    }

    /// Returns the ids of the entries of a turn.
    package static func entries(_ marker: String, _ turn: Int) -> [EntryID] {
        ["question", "answer"].map { EntryID("\(marker)-\(turn)-\($0)") }
    }

    /// Saves turns into conversations of its own, and into one that all writers share.
    ///
    /// - Returns: The number of conflicts after which it reloaded and retried.
    /// - Throws: Any error other than a conflict.
    package func run(turns: Int) async throws -> Int {
        var conflictCount = 0
        for turn in 0..<turns {
            let id = ConversationID("\(marker)-\(turn / 5)")
            try await save(turn, in: library.store(for: id))
            if turn % 5 == 4 {
                try await library.rename(id, to: "Title of \(id)")
                _ = try await library.saveArtifact(Array(marker.utf8), named: "file", type: nil, in: id)
            }
            while true {
                do {
                    try await save(turn, in: library.store(for: "shared"))
                    break
                } catch let error as HistoryStoreError where error.code == .conflict { conflictCount += 1 }
            }
        }
        return conflictCount
    }

    private func save(_ turn: Int, in store: Library.Store) async throws {
        var snapshot = try await store.load() ?? ConversationSnapshot()
        for id in Self.entries(marker, turn) {
            try snapshot.append(HistoryEntry(.message(.user("said by \(marker)")), id: id, date: nil))
        }
        try await store.save(snapshot)
    }
}

extension LibraryWriter {
    /// A difference between the stored and the saved content.
    package struct Loss: Error, CustomStringConvertible {
        package let description: String
    }

    /// Checks that everything that the writers saved is stored exactly once, and that no turn contains entries of
    /// another.
    package static func check(_ library: Library, markers: [String], turns: Int) async throws {
        guard let shared = try await library.store(for: "shared").load() else {
            throw Loss(description: "The conversation of all writers is gone.")
        }
        let ids = shared.entries.map(\.id)
        guard ids.count == markers.count * turns * 2 else {
            throw Loss(description: "Of \(markers.count * turns * 2) entries, \(ids.count) are there.")
        }
        for marker in markers {
            let places = (0..<turns).map { turn in Self.entries(marker, turn).map { ids.firstIndex(of: $0) ?? -9 } }
            for place in places where place[1] != place[0] + 1 {
                throw Loss(description: "A turn of \(marker) is torn.")
            }
            guard places.map({ $0[0] }) == places.map({ $0[0] }).sorted() else {
                throw Loss(description: "The turns of \(marker) are not in their order.")
            }
            for number in 0..<(turns / 5) {
                let id = ConversationID("\(marker)-\(number)")
                let own = try await library.store(for: id).load()?.entries.map(\.id)
                guard own == (number * 5..<number * 5 + 5).flatMap({ Self.entries(marker, $0) }),
                    try await library.info(of: id).title == "Title of \(id)",
                    try await library.artifact(named: "file", version: nil, in: id).data == Array(marker.utf8)
                else { throw Loss(description: "\(id) is not as it was saved.") }
            }
        }
    }

    /// Writes concurrently with another process, reads meanwhile, and checks the final content.
    ///
    /// - Parameters:
    ///   - directory: The directory where finished writers are recorded.
    ///   - other: A closure that runs the other process, which saves the same number of turns under the marker "other",
    ///     until it exits.
    package static func run(
        _ library: Library,
        in directory: TemporaryDirectory,
        turns: Int,
        besides other: @escaping @Sendable () async -> Void
    ) async throws {
        let done = Acknowledgements(path: directory.path("done"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await other()
                done.add()
            }
            group.addTask {
                _ = try await Self(library, marker: "own").run(turns: turns)
                done.add()
            }
            try await read(library) { done.count == 2 }
            try await group.waitForAll()
        }
        try await check(library, markers: ["other", "own"], turns: turns)
    }

    /// Reads everything repeatedly until all writers are done, and checks that each view is consistent.
    ///
    /// - Parameter isDone: Returns whether all writers are done.
    package static func read(_ library: Library, until isDone: () -> Bool) async throws {
        var known = 0
        repeat {
            for info in try await library.list(ListRequest(limit: .max)).conversations {
                guard !info.isDamaged, let snapshot = try await library.store(for: info.id).load(),
                    snapshot.entries.count >= info.entryCount, snapshot.entries.count % 2 == 0
                else { throw Loss(description: "A reader saw \(info.id) as nobody saved it.") }
            }
            let count = try await library.search(SearchRequest("said", limit: .max)).count
            guard count >= known else { throw Loss(description: "A reader found fewer entries than before.") }
            known = count
        } while !isDone()
    }
}
