import ConversationHistory

/// A place where bytes are kept under names, as a server or a key-value store would.
final class BytePlace: Sendable {
    private let values = Lock<[String: [UInt8]]>([:])

    /// Changes the bytes under a name in one step.
    func withBytes<Result: Sendable, Failure: Error>(
        _ name: String,
        _ body: (inout sending [UInt8]?) throws(Failure) -> sending Result
    ) throws(Failure) -> Result {
        try values.withLock { values throws(Failure) in
            var bytes = values[name]
            let result = try body(&bytes)
            values[name] = bytes
            return result
        }
    }

    func bytes(_ name: String) -> [UInt8]? { values.withLock { $0[name] } }

    func set(_ name: String, to bytes: [UInt8]?) { values.withLock { $0[name] = bytes } }
}

/// A small store of one's own, as the documentation has it: bytes under a name, and the last save wins.
struct SimpleStore: HistoryStore {
    let place: BytePlace
    let name: String

    func save(_ snapshot: ConversationSnapshot<ChatMessage>) async throws {
        place.set(name, to: try snapshot.encoded())
    }

    func load() async throws -> ConversationSnapshot<ChatMessage>? {
        guard let bytes = place.bytes(name) else { return nil }
        return try ConversationSnapshot(decoding: bytes)
    }
}

/// A store of one's own that tracks which state each snapshot was made from, and remembers a failed load.
actor CarefulStore<Message: HistoryMessage>: HistoryStore {
    struct Refusal: Error {
        enum Reason { case conflict, unreadable }
        let reason: Reason
    }

    let place: BytePlace
    let name: String
    private let tracker = SnapshotTracker()
    private var isUnreadable = false

    init(place: BytePlace, name: String) {
        self.place = place
        self.name = name
    }

    func save(_ snapshot: ConversationSnapshot<Message>) async throws {
        guard !isUnreadable else { throw Refusal(reason: .unreadable) }
        let bytes = try snapshot.encoded()
        let save = tracker.beginSave(of: snapshot)
        let isAdmitted = place.withBytes(name) { stored in
            guard save.admission(onto: stored.map(Self.revision)).isAdmitted else { return false }
            stored = bytes
            return true
        }
        guard isAdmitted else { throw Refusal(reason: .conflict) }
        save.didWrite(Self.revision(of: bytes))
    }

    private static func revision(of bytes: [UInt8]) -> StoredRevision {
        StoredRevision(lineage: "", mark: String(decoding: bytes, as: UTF8.self))
    }

    func load() async throws -> ConversationSnapshot<Message>? {
        let bytes = place.bytes(name)
        isUnreadable = true
        let decoded = try bytes.map { bytes in try ConversationSnapshot<Message>(decoding: bytes) }
        isUnreadable = false
        guard let bytes, var snapshot = decoded else {
            tracker.didFindNothing()
            return nil
        }
        tracker.didLoad(&snapshot, Self.revision(of: bytes))
        return snapshot
    }
}
