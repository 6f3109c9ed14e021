import ConversationHistory
import ConversationHistoryLibrary

/// Forks: their beginning, and their independence of their parents.
extension ConversationLibraryConformance {
    func forksAreWhole() async throws {
        let library = try await make()
        let sample = try SampleSnapshots.full(of: SampleConversations.everyKindOfMessage)
        try await library.store(for: "parent").save(sample)
        // Of the whole history, and after some of its entries.
        let count = sample.entries.count
        for (number, position) in [nil, 0, 1, count / 2, count - 1].enumerated() {
            let id = ConversationID("fork\(number)")
            let entry = position.map { sample.entries[$0].id }
            let info = try await library.fork("parent", after: entry, as: NewConversation(id: id, created: day(1)))
            var expected = sample.forked(count: position.map { $0 + 1 }, id: id, date: day(1))
            expected.origin?.conversation = "parent"
            try await expect(library, id, holds: expected, "Forked after \(position.map(String.init) ?? "all")")
            try expect(info.origin == expected.origin, "A fork has another origin.")
            try expect(info.entryCount == expected.entries.count, "A fork has another entry count.")
            try expect(info.title == sample.title && info.owner == sample.owner, "A fork has another title or owner.")
            try expect(
                info.metadata == sample.metadata && info.created == day(1),
                "A fork has other metadata or dates."
            )
            try expectSame(try await library.info(of: id), info, "When a fork is looked up")
        }
        try await expect(library, "parent", holds: sample, "After it was forked")
        try await expectForkErrors(library)
        try await expectGivenAttributes(library)
        try await expectIndependence()
    }

    private func expectForkErrors(_ library: Library) async throws {
        let before = try await library.statistics()
        try await expectError(.notFound, "A fork after an unknown entry") {
            try await library.fork("parent", after: "never", as: NewConversation(id: "new"))
        }
        try await expectError(.notFound, "A fork of an unknown id") {
            try await library.fork("never", after: nil, as: NewConversation(id: "new"))
        }
        try await expectError(.alreadyExists, "A fork under an id that is taken") {
            try await library.fork("parent", after: nil, as: NewConversation(id: "fork0"))
        }
        try await expectError(.alreadyExists, "A fork under its parent's id") {
            try await library.fork("parent", after: nil, as: NewConversation(id: "parent"))
        }
        try expect(try await library.statistics() == before, "A refused fork had an effect.")
    }

    private func expectGivenAttributes(_ library: Library) async throws {
        let owner = Owner(user: "new", organization: "newer")
        let new = NewConversation(id: "named", title: "", owner: owner, metadata: ["new": true])
        let info = try await library.fork("parent", after: nil, as: new)
        try expect(info.title?.isEmpty == true, "A fork lacks its given title.")
        try expect(info.owner == owner && info.metadata == ["new": true], "A fork lacks its given attributes.")
        // A scope that names only the organization doesn't remove the user.
        let scoped = library.scoped(to: Owner(organization: "newer"))
        let inScope = try await scoped.fork("named", after: nil, as: NewConversation(id: "in scope"))
        try expect(inScope.owner == owner, "A fork within a scope has another owner than its parent.")
    }

    private func expectIndependence() async throws {
        let library = try await make()
        try await add("parent", ["one", "two", "three"], title: "Parent", to: library)
        _ = try await library.saveArtifact([1], named: "file", type: nil, in: "parent")
        _ = try await library.fork("parent", after: "e1", as: NewConversation(id: "child"))
        _ = try await library.fork("child", after: nil, as: NewConversation(id: "grandchild"))
        let grandchild = try await library.info(of: "grandchild")
        try expect(
            grandchild.origin == ForkOrigin(conversation: "child", entry: "e1"),
            "A fork of a fork has another origin."
        )
        try expect(try await library.artifacts(in: "child").isEmpty, "A fork has its parent's artifacts.")
        // A change of the parent must not change the child, and vice versa.
        try await change("parent", in: library) { snapshot in
            try snapshot.update("e0") { $0.content = .message(.user("changed in the parent")) }
            try snapshot.remove("e1")
        }
        try await library.append([entry("four", id: "e3")], to: "parent")
        for id: ConversationID in ["child", "grandchild"] {
            try expect(
                try await texts(of: id, in: library) == ["one", "two"],
                "A change of the parent changed a fork."
            )
        }
        try await change("child", in: library) { snapshot in
            try snapshot.update("e1") { $0.content = .message(.user("changed in the child")) }
            snapshot.rewind(to: 1, date: nil)
        }
        try await library.append([entry("the child's own", id: "own")], to: "child")
        let parents = ["changed in the parent", "three", "four"]
        try expect(try await texts(of: "parent", in: library) == parents, "A change of a fork changed its parent.")
        try expect(try await texts(of: "grandchild", in: library) == ["one", "two"], "It changed a fork's fork.")
        try await expectHits(SearchRequest("two"), ["grandchild/e1"], in: library, "After the changes")
        for id: ConversationID in ["parent", "child"] {
            try await library.delete(id)
            _ = try await library.purge(.conversation(id))
            try expect(
                try await texts(of: "grandchild", in: library) == ["one", "two"],
                "The purge of \(id) changed a fork."
            )
        }
        try expectSame(try await library.info(of: "grandchild"), grandchild, "After its parents were purged")
        try await expectHits(SearchRequest("two"), ["grandchild/e1"], in: library, "After the parents were purged")
        try expect(try await library.verify().isEmpty, "After the parents were purged, problems are reported.")
    }

    /// Loads a conversation, changes it, and saves it.
    func change(
        _ id: ConversationID,
        in library: Library,
        _ change: (inout Snapshot) throws -> Void
    ) async throws {
        let store = library.store(for: id)
        guard var snapshot = try await store.load() else { throw fail("A stored conversation loads as nil.") }
        try change(&snapshot)
        try await store.save(snapshot)
    }
}
