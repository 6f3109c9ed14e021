import ConversationHistory
import Synchronization

/// A library in memory that fails where a test wants it to.
final class FailingLibrary: ConversationLibrary {
    /// What fails.
    enum Verb: Sendable { case load, saveArtifact, delete }

    /// A store that fails to load if its library does.
    struct Store: HistoryStore {
        let base: InMemoryLibraryStore<ChatMessage>
        let fails: Bool

        func load() async throws(HistoryStoreError) -> ConversationSnapshot<ChatMessage>? {
            if fails { throw FailingLibrary.failure(.damaged) }
            return try await base.load()
        }

        func save(_ snapshot: ConversationSnapshot<ChatMessage>) async throws(HistoryStoreError) {
            try await base.save(snapshot)
        }
    }

    let base: InMemoryConversationLibrary<ChatMessage>
    private let verb: Verb
    private let id: ConversationID
    /// How many calls go well before one fails; from the next one on all go well again.
    private let callsLeft: Mutex<Int>

    init(_ base: InMemoryConversationLibrary<ChatMessage>, _ verb: Verb, of id: ConversationID, after calls: Int = 0) {
        self.base = base
        self.verb = verb
        self.id = id
        callsLeft = Mutex(calls)
    }

    static func failure(_ code: HistoryStoreError.Code) -> HistoryStoreError {
        HistoryStoreError(code, operation: "test", location: "a test", reason: "The test wants it.")
    }

    private func fails(_ verb: Verb, _ id: ConversationID) -> Bool {
        guard verb == self.verb, id == self.id else { return false }
        return callsLeft.withLock { calls in
            calls -= 1
            return calls == -1
        }
    }

    var scope: LibraryScope { base.scope }

    func scoped(to owner: Owner) -> FailingLibrary { FailingLibrary(base.scoped(to: owner), verb, of: id) }

    func create(_ new: NewConversation) async throws(HistoryStoreError) -> ConversationInfo {
        try await base.create(new)
    }

    func info(of id: ConversationID) async throws(HistoryStoreError) -> ConversationInfo { try await base.info(of: id) }

    func list(_ request: ListRequest) async throws(HistoryStoreError) -> ListPage { try await base.list(request) }

    func rename(_ id: ConversationID, to title: String?) async throws(HistoryStoreError) {
        try await base.rename(id, to: title)
    }

    func setMetadata(_ metadata: JSONObject, of id: ConversationID) async throws(HistoryStoreError) {
        try await base.setMetadata(metadata, of: id)
    }

    func setOwner(_ owner: Owner?, of id: ConversationID) async throws(HistoryStoreError) {
        try await base.setOwner(owner, of: id)
    }

    func store(for id: ConversationID) -> Store { Store(base: base.store(for: id), fails: fails(.load, id)) }

    func contents(of id: ConversationID) async throws(HistoryStoreError) -> ConversationContents<ChatMessage> {
        if fails(.load, id) { throw Self.failure(.damaged) }
        return try await base.contents(of: id)
    }

    func entries(
        of id: ConversationID,
        _ request: EntryRequest
    ) async throws(HistoryStoreError) -> EntryPage<ChatMessage> {
        try await base.entries(of: id, request)
    }

    func append(_ entries: [HistoryEntry<ChatMessage>], to id: ConversationID) async throws(HistoryStoreError) {
        try await base.append(entries, to: id)
    }

    func delete(_ id: ConversationID) async throws(HistoryStoreError) {
        if fails(.delete, id) { throw Self.failure(.io) }
        try await base.delete(id)
    }

    func restore(_ id: ConversationID) async throws(HistoryStoreError) { try await base.restore(id) }

    func purge(_ request: PurgeRequest) async throws(HistoryStoreError) -> PurgeReport { try await base.purge(request) }

    func fork(
        _ id: ConversationID,
        after entry: EntryID?,
        as new: NewConversation
    ) async throws(HistoryStoreError) -> ConversationInfo {
        try await base.fork(id, after: entry, as: new)
    }

    func search(_ request: SearchRequest) async throws(HistoryStoreError) -> [SearchHit] {
        try await base.search(request)
    }

    func saveArtifact(
        _ data: [UInt8],
        named name: String,
        type: String?,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> ArtifactInfo {
        if fails(.saveArtifact, id) { throw Self.failure(.noSpace) }
        return try await base.saveArtifact(data, named: name, type: type, in: id)
    }

    func artifact(
        named name: String,
        version: Int?,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> Artifact {
        try await base.artifact(named: name, version: version, in: id)
    }

    func artifacts(in id: ConversationID) async throws(HistoryStoreError) -> [ArtifactInfo] {
        try await base.artifacts(in: id)
    }

    func removeArtifact(named name: String, in id: ConversationID) async throws(HistoryStoreError) {
        try await base.removeArtifact(named: name, in: id)
    }

    func statistics() async throws(HistoryStoreError) -> LibraryStatistics { try await base.statistics() }

    func verify() async throws(HistoryStoreError) -> [LibraryProblem] { try await base.verify() }

    func backUp(to path: String) async throws(HistoryStoreError) { try await base.backUp(to: path) }
}
