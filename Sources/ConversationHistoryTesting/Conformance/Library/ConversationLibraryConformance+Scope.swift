import ConversationHistory
import ConversationHistoryLibrary

/// Scopes: what belongs to another owner is not there.
extension ConversationLibraryConformance {
    func scopesAreSealed() async throws {
        let ada = Owner(user: "ada", organization: "analytical")
        let scopes: [(name: String, path: [Owner], sees: Set<String>)] = [
            ("a user of an organisation", [ada], ["mine"]),
            ("an organisation", [Owner(organization: "analytical")], ["mine", "colleague", "shared"]),
            ("a user", [Owner(user: "ada")], ["mine", "elsewhere", "private"]),
            ("an organisation, narrowed to a user", [Owner(organization: "analytical"), Owner(user: "ada")], ["mine"]),
            ("a user, narrowed to an organisation", [Owner(user: "ada"), Owner(organization: "analytical")], ["mine"]),
            ("nobody's names", [Owner()], Set(Self.owners.keys)),
            ("a user, narrowed to another one", [ada, Owner(user: "bob")], []),
            ("narrowed to nothing, and back", [Owner(user: "ada"), Owner(user: "bob"), Owner(user: "ada")], []),
            ("a name in another case", [Owner(user: "Ada")], []),
            ("a name with an accent", [Owner(user: "ad\u{e9}")], ["accent"]),
            ("a name spelt otherwise", [Owner(user: "ade\u{301}")], []),
            ("an empty name", [Owner(user: "")], []),
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
            try expect(try await contents(of: everyone) == before, "To \(scope.name), a foreign conversation changed.")
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

    /// Ends the check if what gives no id shows something else than a scope includes.
    private func expectOverviews(of library: Library, sees: Set<String>, _ scope: String) async throws {
        let (live, trash) = (sees.sorted(), sees.map { $0 + ".trash" }.sorted())
        try await expectList(ListRequest(), live, in: library, "To \(scope)")
        try await expectList(ListRequest(owner: Owner()), live, in: library, "To \(scope), with a filter")
        try await expectList(ListRequest(title: "secret", trash: .only), trash, in: library, "To \(scope), the trash")
        let mine = Set(["mine", "elsewhere", "private"]).intersection(sees).sorted()
        try await expectList(ListRequest(owner: Owner(user: "ada")), mine, in: library, "To \(scope), of a user")
        try await expectHits(SearchRequest("secret"), live.map { "\($0)/e0" }, in: library, "To \(scope)")
        var expected = LibraryStatistics()
        (expected.conversationCount, expected.deletedCount) = (sees.count, sees.count)
        (expected.entryCount, expected.messageCount) = (sees.count, sees.count)
        (expected.artifactCount, expected.artifactBytes) = (sees.count, sees.count)
        let statistics = try await library.statistics()
        try expect(statistics == expected, "To \(scope), the statistics are \(statistics).")
        try expect(try await library.verify().isEmpty, "To \(scope), problems are reported.")
        for id in live {
            try expect(
                try await library.info(of: ConversationID(id)).title == "Secret",
                "To \(scope), \(id) is hidden."
            )
            try await library.rename(ConversationID(id), to: "Secret")
        }
    }

    /// Ends the check if a verb answers for an id of another owner's otherwise than for one that was never used.
    private func expectUnknown(_ id: ConversationID, _ library: Library, _ scope: String) async throws {
        let unknown = ConversationID("never-" + id.rawValue)
        for call in LibraryCall<Library>.onConversations {
            let (foreign, other) = (await answer(of: call, library, id), await answer(of: call, library, unknown))
            try expect(foreign == other, "To \(scope), \(call.name) answers \(foreign) in the place of \(other)")
            try expect(foreign.code == .notFound || library.scope.isEmpty, "To \(scope), \(call.name): \(foreign).")
        }
        for call in LibraryCall<Library>.others {
            let (foreign, other) = (await answer(of: call, library, id), await answer(of: call, library, unknown))
            try expect(foreign == other, "To \(scope), \(call.name) answers \(foreign) in the place of \(other)")
        }
        // That an id is taken cannot be hidden; what it is taken by is.
        let taken = library.scope.isEmpty ? HistoryStoreError.Code.permissionDenied : .alreadyExists
        try await expectError(taken, "To \(scope), one created under an id of another owner's") {
            try await library.create(NewConversation(id: id))
        }
        guard !library.scope.isEmpty else { return }
        let snapshot = try snapshot(["intruded"])
        try await expectError(.conflict, "To \(scope), a first save under an id of another owner's") {
            try await library.store(for: id).save(snapshot)
        }
        guard let mine = try await library.list(ListRequest(limit: 1)).conversations.first else { return }
        try await expectError(.alreadyExists, "To \(scope), a fork under an id of another owner's") {
            try await library.fork(mine.id, after: nil, as: NewConversation(id: id))
        }
    }

    /// What a call answers: a value or an error, without the id.
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

    /// All that a library holds, as texts.
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
            "To \(scope), a purge of everything removed \(report.conversations) in the place of \(expected)."
        )
        let rest = Self.owners.keys.filter { !sees.contains($0) }.map { $0 + ".trash" }.sorted()
        try await expectList(ListRequest(trash: .only), rest, in: everyone, "After a purge by \(scope)")
    }

    /// What is in a scope cannot be given to an owner outside of it.
    private func ownersOutsideAreRefused() async throws {
        let everyone = try await make()
        let library = everyone.scoped(to: Owner(organization: "analytical"))
        let ada = Owner(user: "ada", organization: "analytical")
        try await add("mine", owner: ada, to: library)
        for owner in [Owner(user: "ada"), Owner(user: "ada", organization: "Analytical"), Owner(organization: "")] {
            try await expectError(.permissionDenied, "Created for an owner outside of the scope") {
                try await library.create(NewConversation(id: "new", owner: owner))
            }
            try await expectError(.permissionDenied, "Forked for an owner outside of the scope") {
                try await library.fork("mine", after: nil, as: NewConversation(id: "new", owner: owner))
            }
            try await expectError(.permissionDenied, "Given to an owner outside of the scope") {
                try await library.setOwner(owner, of: "mine")
            }
        }
        try await expectError(.permissionDenied, "Given to nobody") { try await library.setOwner(nil, of: "mine") }
        try expect(try await everyone.info(of: "mine").owner == ada, "A refused change of owner was made.")
        try await expectError(.notFound, "What was not created") { try await everyone.info(of: "new") }
        let created = try await library.create(NewConversation(id: "new"))
        try expect(
            created.owner == Owner(organization: "analytical"),
            "It was created for another owner than the scope's."
        )
        try await library.setOwner(Owner(user: "bob", organization: "analytical"), of: "mine")
        try expect(try await everyone.info(of: "mine").owner?.user == "bob", "A change of owner was not made.")
        try await everyone.setOwner(Owner(user: "bob", organization: "other"), of: "mine")
        try await expectError(.notFound, "What was given away") { try await library.info(of: "mine") }
        try expect(try await library.store(for: "mine").load() == nil, "What was given away is loaded.")
    }
}
