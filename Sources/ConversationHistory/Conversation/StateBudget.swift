/// A count of the bytes that the state and the document of a history use, within the store's limits.
///
/// The state of a history is one line: the title, the owner, the metadata, the usage of the running turn and the
/// message that is being streamed. Together they must not be larger than an entry may be.
struct StateBudget: Sendable {
    let limits: HistoryLimits
    var title = 0
    var owner = 0
    var metadata = 0
    /// The parts that never change: the origin of a fork, and members that this version doesn't know.
    private var rest = 0
    /// The usage of the running turn.
    var usage = 0
    /// The message that is being streamed.
    var draft = 0
    /// The largest of the running turn's other incomplete entries, any of which may become the draft.
    var incomplete = 0
    /// An upper bound of the size of the version 1 document; 0 for other styles.
    private(set) var document = 0

    init<Message>(_ snapshot: ConversationSnapshot<Message>, limits: HistoryLimits) throws(SnapshotError) {
        self.limits = limits
        title = Self.byteCount(ofTitle: snapshot.title)
        owner = Self.byteCount(ofOwner: snapshot.owner)
        // The save refuses metadata that can't be encoded.
        metadata = (try? Self.byteCount(ofMetadata: snapshot.metadata)) ?? 0
        var writer = JSONWriter(capacity: 256)
        HistoryState<Message>.write(origin: snapshot.origin, snapshot.unknown.origin, to: &writer)
        writer.write(fields: snapshot.unknown.state)
        writer.write(fields: snapshot.unknown.owner)
        rest = writer.count
        // Members that only the stored form holds are kept, so they count too.
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

    /// Makes a change, or throws if there is no room for the bytes that it adds.
    mutating func change(_ body: (inout StateBudget) -> Void) throws(SnapshotError) {
        var changed = self
        body(&changed)
        guard changed.total <= max(limits.entryBytes, total) else {
            throw .tooLarge("state", changed.total, limit: limits.entryBytes)
        }
        self = changed
    }

    /// Releases the room that the ended turn took.
    mutating func endTurn() { (usage, draft, incomplete) = (0, 0, 0) }

    /// Returns whether the document has room for a number of further bytes.
    func hasRoomInDocument(for count: Int) -> Bool { count == 0 || document + count <= limits.documentBytes }

    /// Takes room in the document, or throws if there isn't enough.
    mutating func takeRoomInDocument(for count: Int) throws(SnapshotError) {
        guard hasRoomInDocument(for: count) else {
            throw .tooLarge("history", document + count, limit: limits.documentBytes)
        }
        document += count
    }

    /// Corrects the document's size after a recount, because changes take room but never give it back.
    ///
    /// - Parameters:
    ///   - old: The assumed size at the time of the recount.
    ///   - new: The counted size.
    mutating func correctDocument(from old: Int, to new: Int) { document += new - old }
}
