import ConversationHistory
import ConversationHistoryLibrary

/// Scopes: other owners' conversations are invisible.
extension ConversationLibraryConformance {
    func scopesAreSealed() async throws {
        let ada = Owner(user: "ada", organization: "analytical")
        let scopes: [(name: String, path: [Owner], sees: Set<String>)] = [
            ("a user of an organization", [ada], ["mine"]),
            ("an organization", [Owner(organization: "analytical")], ["mine", "colleague", "shared"]),
            ("a user", [Owner(user: "ada")], ["mine", "elsewhere", "private"]),
            ("an organization, narrowed to a user", [Owner(organization: "analytical"), Owner(user: "ada")], ["mine"]),
            ("a user, narrowed to an organization", [Owner(user: "ada"), Owner(organization: "analytical")], ["mine"]),
            ("an owner without names", [Owner()], Set(Self.owners.keys)),
            ("a user, narrowed to another one", [ada, Owner(user: "bob")], []),
            ("a user, narrowed to nothing and back", [Owner(user: "ada"), Owner(user: "bob"), Owner(user: "ada")], []),
            ("a user in another case", [Owner(user: "Ada")], []),
            ("a user with an accent", [Owner(user: "ad\u{e9}")], ["accent"]),
            ("a user with another spelling", [Owner(user: "ade\u{301}")], []),
            ("a user with an empty name", [Owner(user: "")], []),
        ]
        for scope in scopes {
            let everyone = try await make()
            for (id, owner) in Self.owners.sorted(by: { $0.key < $1.key }) {
                for id in [id, id + ".trash"] {
                    try await add(ConversationID(id), ["a secret"], title: "Secret", owner: owner, to: everyone)
                    _ = try await everyone.saveArtifact([7], named: "file", type: nil, in: ConversationID(id))
                }
                try await everyone.delete(ConversationID(id + ".trash"))
            }
            let library = scope.path.reduce(everyone) { $0.scoped(to: $1) }
            try await expectOverviews(of: library, sees: scope.sees, scope.name)
            let before = try await contents(of: everyone)
            for id in Self.owners.keys.sorted() where !scope.sees.contains(id) {
                for id in [id, id + ".trash"] { try await expectUnknown(ConversationID(id), library, scope.name) }
            }
            try expect(try await contents(of: everyone) == before, "As \(scope.name), a foreign conversation changed.")
            try await expectPurge(library, sees: scope.sees, everyone, scope.name)
        }
        try await ownersOutsideAreRefused()
    }

    private static var owners: [String: Owner?] {
        [
            "mine": Owner(user: "ada", organization: "analytical"),
            "colleague": Owner(user: "bob", organization: "analytical"),
            "shared": Owner(organization: "analytical"),
            "elsewhere": Owner(user: "ada", organization: "other"),
            "private": Owner(user: "ada"),
            "accent": Owner(user: "ad\u{e9}"),
            "nobody": nil as Owner?,
        ]
    }

    /// Ends the check unless operations without an id show exactly the conversations of a scope.
    private func expectOverviews(of library: Library, sees: Set<String>, _ scope: String) async throws {
        let (live, trash) = (sees.sorted(), sees.map { $0 + ".trash" }.sorted())
        try await expectList(ListRequest(), live, in: library, "As \(scope)")
        try await expectList(ListRequest(owner: Owner()), live, in: library, "As \(scope), with a filter")
        try await expectList(ListRequest(title: "secret", trash: .only), trash, in: library, "As \(scope), the trash")
        let mine = Set(["mine", "elsewhere", "private"]).intersection(sees).sorted()
        try await expectList(ListRequest(owner: Owner(user: "ada")), mine, in: library, "As \(scope), of a user")
        try await expectHits(SearchRequest("secret"), live.map { "\($0)/e0" }, in: library, "As \(scope)")
        var expected = LibraryStatistics()
        (expected.conversationCount, expected.deletedCount) = (sees.count, sees.count)
        (expected.entryCount, expected.messageCount) = (sees.count, sees.count)
        (expected.artifactCount, expected.artifactBytes) = (sees.count, sees.count)
        let statistics = try await library.statistics()
        try expect(statistics == expected, "As \(scope), the statistics are \(statistics).")
        try expect(try await library.verify().isEmpty, "As \(scope), problems are reported.")
        for id in live {
            try expect(
                try await library.info(of: ConversationID(id)).title == "Secret",
                "As \(scope), \(id) is hidden."
            )
            try await library.rename(ConversationID(id), to: "Secret")
        }
    }

    /// Ends the check unless each operation treats the id of another owner's conversation like an unused one.
    private func expectUnknown(_ id: ConversationID, _ library: Library, _ scope: String) async throws {
        let unknown = ConversationID("never-" + id.rawValue)
        for call in LibraryCall<Library>.onConversations {
            let (foreign, other) = (await answer(of: call, library, id), await answer(of: call, library, unknown))
            try expect(foreign == other, "As \(scope), \(call.name) answers \(foreign) instead of \(other)")
            try expect(foreign.code == .notFound || library.scope.isEmpty, "As \(scope), \(call.name): \(foreign).")
        }
        for call in LibraryCall<Library>.others {
            let (foreign, other) = (await answer(of: call, library, id), await answer(of: call, library, unknown))
            try expect(foreign == other, "As \(scope), \(call.name) answers \(foreign) instead of \(other)")
        }
        // A taken id can't be hidden, but the conversation that has it is.
        let taken = library.scope.isEmpty ? HistoryStoreError.Code.permissionDenied : .alreadyExists
        try await expectError(taken, "As \(scope), a creation with the id of a foreign conversation") {
            try await library.create(NewConversation(id: id))
        }
        guard !library.scope.isEmpty else { return }
        let snapshot = try snapshot(["intruded"])
        try await expectError(.conflict, "As \(scope), a first save with the id of a foreign conversation") {
            try await library.store(for: id).save(snapshot)
        }
        guard let mine = try await library.list(ListRequest(limit: 1)).conversations.first else { return }
        try await expectError(.alreadyExists, "As \(scope), a fork with the id of a foreign conversation") {
            try await library.fork(mine.id, after: nil, as: NewConversation(id: id))
        }
    }

    /// The result of a call: a value or an error, without the id.
    private struct Answer: Equatable, CustomStringConvertible {
        var description: String
        var code: HistoryStoreError.Code?
    }

    private func answer(of call: LibraryCall<Library>, _ library: Library, _ id: ConversationID) async -> Answer {
        do {
            return Answer(description: try await call.perform(library, id).replacing(id.rawValue, with: "<id>"))
        } catch {
            let description = String(describing: error).replacing(id.rawValue, with: "<id>")
            return Answer(description: description, code: (error as? HistoryStoreError)?.code)
        }
    }

    /// Returns everything that a library holds, as texts.
    private func contents(of library: Library) async throws -> [String] {
        var contents: [String] = []
        for trash in [ListRequest.Trash.without, .only] {
            for info in try await library.list(ListRequest(trash: trash, limit: 1_000)).conversations {
                contents.append(String(describing: info))
                guard trash == .without else { continue }
                contents.append(String(describing: try await library.entries(of: info.id, EntryRequest())))
                contents.append(String(describing: try await library.artifacts(in: info.id)))
            }
        }
        return contents
    }

    private func expectPurge(
        _ library: Library,
        sees: Set<String>,
        _ everyone: Library,
        _ scope: String
    ) async throws {
        let report = try await library.purge(.everything)
        let expected = sees.map { $0 + ".trash" }.sorted()
        try expect(
            report.conversations.map(\.rawValue) == expected,
            "As \(scope), a purge of everything removed \(report.conversations) instead of \(expected)."
        )
        let rest = Self.owners.keys.filter { !sees.contains($0) }.map { $0 + ".trash" }.sorted()
        try await expectList(ListRequest(trash: .only), rest, in: everyone, "After a purge by \(scope)")
    }

    /// Checks that a scope refuses owners outside of it.
    private func ownersOutsideAreRefused() async throws {
        let everyone = try await make()
        let library = everyone.scoped(to: Owner(organization: "analytical"))
        let ada = Owner(user: "ada", organization: "analytical")
        try await add("mine", owner: ada, to: library)
        for owner in [Owner(user: "ada"), Owner(user: "ada", organization: "Analytical"), Owner(organization: "")] {
            try await expectError(.permissionDenied, "A creation for an owner outside of the scope") {
                try await library.create(NewConversation(id: "new", owner: owner))
            }
            try await expectError(.permissionDenied, "A fork for an owner outside of the scope") {
                try await library.fork("mine", after: nil, as: NewConversation(id: "new", owner: owner))
            }
            try await expectError(.permissionDenied, "A change to an owner outside of the scope") {
                try await library.setOwner(owner, of: "mine")
            }
        }
        try await expectError(.permissionDenied, "Removing the owner") { try await library.setOwner(nil, of: "mine") }
        try expect(try await everyone.info(of: "mine").owner == ada, "A refused change of owner was made.")
        try await expectError(.notFound, "After a refused creation") { try await everyone.info(of: "new") }
        let created = try await library.create(NewConversation(id: "new"))
        try expect(
            created.owner == Owner(organization: "analytical"),
            "The new conversation has another owner than the scope."
        )
        try await library.setOwner(Owner(user: "bob", organization: "analytical"), of: "mine")
        try expect(try await everyone.info(of: "mine").owner?.user == "bob", "A change of owner was not made.")
        try await everyone.setOwner(Owner(user: "bob", organization: "other"), of: "mine")
        try await expectError(.notFound, "After a change of owner") { try await library.info(of: "mine") }
        try expect(try await library.store(for: "mine").load() == nil, "A conversation given away still loads.")
    }
}
