/// How much of the room that a store has is taken, as far as it is not taken by entries that stand for themselves.
///
/// The state of a history is one line: the title, the owner and the metadata, what the running turn has cost, and the
/// message that is being streamed. Together they must not be larger than an entry may be.
struct StateBudget: Sendable {
    let limits: HistoryLimits
    var title = 0
    var owner = 0
    var metadata = 0
    /// What nobody changes: where the conversation was forked from, and what this version does not know.
    private var rest = 0
    /// The usage of the running turn.
    var usage = 0
    /// The message that is being streamed.
    var draft = 0
    /// The largest of the other entries of the running turn that are incomplete, of which any may become the draft.
    var incomplete = 0
    /// A document of version 1 has so many bytes at most; 0 for other styles.
    private(set) var document = 0

    init<Message>(_ snapshot: ConversationSnapshot<Message>, limits: HistoryLimits) throws(SnapshotError) {
        self.limits = limits
        title = Self.byteCount(ofTitle: snapshot.title)
        owner = Self.byteCount(ofOwner: snapshot.owner)
        // What could not be written is refused by the save.
        metadata = (try? Self.byteCount(ofMetadata: snapshot.metadata)) ?? 0
        var writer = JSONWriter(capacity: 256)
        HistoryState<Message>.write(origin: snapshot.origin, snapshot.unknown.origin, to: &writer)
        writer.write(fields: snapshot.unknown.state)
        writer.write(fields: snapshot.unknown.owner)
        rest = writer.count
        // What only the stored form of the state holds is kept.
        if let stored = snapshot.unknown.storedState { rest += max(0, stored.text.count - stored.written.count) }
        if limits.style == .version1 { document = try Version1Encoder.byteCount(of: snapshot) }
    }

    static func byteCount(ofTitle title: String?) -> Int {
        var writer = JSONWriter(capacity: 256)
        HistoryState<ChatMessage>.write(title: title, to: &writer)
        return writer.count
    }

    static func byteCount(ofOwner owner: Owner?) -> Int {
        var writer = JSONWriter(capacity: 256)
        HistoryState<ChatMessage>.write(owner: owner, [:], to: &writer)
        return writer.count
    }

    static func byteCount(ofMetadata metadata: JSONObject) throws(SnapshotError) -> Int {
        var writer = JSONWriter(capacity: 256)
        try HistoryState<ChatMessage>.write(metadata: metadata, to: &writer)
        return writer.count
    }

    private var total: Int { title + owner + metadata + rest + usage + max(draft, incomplete) }

    /// Makes a change, unless there is no room for what it adds.
    mutating func change(_ body: (inout StateBudget) -> Void) throws(SnapshotError) {
        var changed = self
        body(&changed)
        guard changed.total <= max(limits.entryBytes, total) else {
            throw .tooLarge("state", changed.total, limit: limits.entryBytes)
        }
        self = changed
    }

    /// Forgets what the turn that has ended took up.
    mutating func endTurn() { (usage, draft, incomplete) = (0, 0, 0) }

    /// Whether a document has room for so many bytes more.
    func hasRoomInDocument(for count: Int) -> Bool { count == 0 || document + count <= limits.documentBytes }

    /// Takes room in the document.
    mutating func takeRoomInDocument(for count: Int) throws(SnapshotError) {
        guard hasRoomInDocument(for: count) else {
            throw .tooLarge("history", document + count, limit: limits.documentBytes)
        }
        document += count
    }

    /// Corrects what changes have taken in the document without giving room back.
    ///
    /// - Parameters:
    ///   - old: What was taken when it was counted.
    ///   - new: What was found then.
    mutating func correctDocument(from old: Int, to new: Int) { document += new - old }
}
