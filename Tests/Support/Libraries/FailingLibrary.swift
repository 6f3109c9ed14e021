package import ConversationHistory
package import ConversationHistoryLibrary

/// A library in memory with injected failures.
package final class FailingLibrary: ConversationLibrary {
    /// An operation that can fail.
    package enum Verb: Sendable { case load, save, saveArtifact, removeArtifact, delete, restore, purge }

    /// A plan of the failures.
    package enum Plan: Sendable {
        /// One call for one conversation fails, after a number of successful calls; all later calls succeed.
        case one(Verb, of: ConversationID, after: Int)
        /// Each change fails for which the closure returns `true`; it gets the number of the change, from 1.
        case changes(@Sendable (Verb, Int) async -> Bool)
    }

    /// A store that fails when its library does.
    package struct Store: HistoryStore {
        package let base: InMemoryLibraryStore<ChatMessage>
        package let library: FailingLibrary
        package let id: ConversationID
        package let failsToLoad: Bool

        package func load() async throws(HistoryStoreError) -> ConversationSnapshot<ChatMessage>? {
            if failsToLoad { throw FailingLibrary.failure(.damaged) }
            return try await base.load()
        }

        package func save(_ snapshot: ConversationSnapshot<ChatMessage>) async throws(HistoryStoreError) {
            try await library.change(.save, id, .io)
            try await base.save(snapshot)
        }
    }

    private struct State {
        /// The number of calls that match the plan's operation and conversation.
        var matchCount = 0
        var changeCount = 0
        var hasFailed = false
    }

    package let base: InMemoryConversationLibrary<ChatMessage>
    private let plan: Plan
    private let state = Lock(State())

    package init(_ base: InMemoryConversationLibrary<ChatMessage>, _ plan: Plan) {
        self.base = base
        self.plan = plan
    }

    package convenience init(
        _ base: InMemoryConversationLibrary<ChatMessage>,
        _ verb: Verb,
        of id: ConversationID,
        after calls: Int = 0
    ) { self.init(base, .one(verb, of: id, after: calls)) }

    /// Whether a call has failed.
    package var hasFailed: Bool { state.withLock { $0.hasFailed } }

    package static func failure(_ code: HistoryStoreError.Code) -> HistoryStoreError {
        HistoryStoreError(code, operation: "test", location: "a test", reason: "The test wants it.")
    }

    /// Counts a matching call, and returns whether it is the one that fails.
    private func fails(_ verb: Verb, _ id: ConversationID) -> Bool {
        guard case .one(verb, of: id, after: let calls) = plan else { return false }
        return state.withLock { state in
            state.matchCount += 1
            let fails = state.matchCount == calls + 1
            state.hasFailed = state.hasFailed || fails
            return fails
        }
    }

    /// Counts a change, and throws if the plan makes it fail.
    private func change(
        _ verb: Verb,
        _ id: ConversationID,
        _ code: HistoryStoreError.Code
    ) async throws(HistoryStoreError) {
        if fails(verb, id) { throw Self.failure(code) }
        guard case .changes(let plan) = plan else { return }
        let number = state.withLock { state in
            state.changeCount += 1
            return state.changeCount
        }
        guard await plan(verb, number) else { return }
        state.withLock { $0.hasFailed = true }
        throw Self.failure(code)
    }

    package var scope: LibraryScope { base.scope }

    package func scoped(to owner: Owner) -> FailingLibrary { FailingLibrary(base.scoped(to: owner), plan) }

    package func create(_ new: NewConversation) async throws(HistoryStoreError) -> ConversationInfo {
        try await base.create(new)
    }

    package func info(of id: ConversationID) async throws(HistoryStoreError) -> ConversationInfo {
        try await base.info(of: id)
    }

    package func list(_ request: ListRequest) async throws(HistoryStoreError) -> ListPage {
        try await base.list(request)
    }

    package func rename(_ id: ConversationID, to title: String?) async throws(HistoryStoreError) {
        try await base.rename(id, to: title)
    }

    package func setMetadata(_ metadata: JSONObject, of id: ConversationID) async throws(HistoryStoreError) {
        try await base.setMetadata(metadata, of: id)
    }

    package func setOwner(_ owner: Owner?, of id: ConversationID) async throws(HistoryStoreError) {
        try await base.setOwner(owner, of: id)
    }

    package func store(for id: ConversationID) -> Store {
        Store(base: base.store(for: id), library: self, id: id, failsToLoad: fails(.load, id))
    }

    package func contents(of id: ConversationID) async throws(HistoryStoreError) -> ConversationContents<ChatMessage> {
        if fails(.load, id) { throw Self.failure(.damaged) }
        return try await base.contents(of: id)
    }

    package func entries(
        of id: ConversationID,
        _ request: EntryRequest
    ) async throws(HistoryStoreError) -> EntryPage<ChatMessage> {
        try await base.entries(of: id, request)
    }

    package func append(_ entries: [HistoryEntry<ChatMessage>], to id: ConversationID) async throws(HistoryStoreError) {
        try await base.append(entries, to: id)
    }

    package func delete(_ id: ConversationID) async throws(HistoryStoreError) {
        try await change(.delete, id, .io)
        try await base.delete(id)
    }

    package func restore(_ id: ConversationID) async throws(HistoryStoreError) {
        try await change(.restore, id, .io)
        try await base.restore(id)
    }

    package func purge(_ request: PurgeRequest) async throws(HistoryStoreError) -> PurgeReport {
        try await change(.purge, "any", .io)
        return try await base.purge(request)
    }

    package func fork(
        _ id: ConversationID,
        after entry: EntryID?,
        as new: NewConversation
    ) async throws(HistoryStoreError) -> ConversationInfo {
        try await base.fork(id, after: entry, as: new)
    }

    package func search(_ request: SearchRequest) async throws(HistoryStoreError) -> [SearchHit] {
        try await base.search(request)
    }

    package func saveArtifact(
        _ data: [UInt8],
        named name: String,
        type: String?,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> ArtifactInfo {
        try await change(.saveArtifact, id, .noSpace)
        return try await base.saveArtifact(data, named: name, type: type, in: id)
    }

    package func artifact(
        named name: String,
        version: Int?,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> Artifact {
        try await base.artifact(named: name, version: version, in: id)
    }

    package func artifacts(in id: ConversationID) async throws(HistoryStoreError) -> [ArtifactInfo] {
        try await base.artifacts(in: id)
    }

    package func removeArtifact(named name: String, in id: ConversationID) async throws(HistoryStoreError) {
        try await change(.removeArtifact, id, .io)
        try await base.removeArtifact(named: name, in: id)
    }

    package func statistics() async throws(HistoryStoreError) -> LibraryStatistics { try await base.statistics() }

    package func verify() async throws(HistoryStoreError) -> [LibraryProblem] { try await base.verify() }

    package func backUp(to path: String) async throws(HistoryStoreError) { try await base.backUp(to: path) }
}
