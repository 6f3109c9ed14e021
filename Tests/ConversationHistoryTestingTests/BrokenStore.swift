import ConversationHistory

/// A store over bytes in memory that makes one mistake, and otherwise passes the whole suite.
actor BrokenStore: HistoryStore {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    /// The mistakes, one method for each place where a store can go wrong.
    struct Mistake: Sendable {
        /// What is stored in the place of a snapshot, given also what was loaded or saved last.
        var storing: @Sendable (Snapshot, _ before: Snapshot?) throws -> Snapshot = { snapshot, _ in snapshot }
        /// What is written in the place of the bytes of a snapshot.
        var writing: @Sendable ([UInt8]) -> [UInt8] = { $0 }
        /// What is returned in the place of what was read.
        var loading: @Sendable (Snapshot?) throws -> Snapshot? = { $0 }
        /// Whether an error of the decoder becomes `nil`.
        var swallowsDamage = false
        /// Whether every error of the decoder is called damage.
        var callsAllDamage = false
        /// Whether a message that does not decode is called damage.
        var callsAnotherTypeDamage = false
        /// Whether an error quotes what could not be read.
        var quotesContent = false
        /// Whether a failed load is forgotten.
        var writesOverDamage = false
        /// Whether what others have written is written over.
        var ignoresConflicts = false
        /// Whether a deleted conversation is written anew.
        var resurrects = false
        /// Whether what was written is never looked at again.
        var answersFromMemory = false
        /// Whether a save is checked against what the instance saw last, whoever it loaded that for.
        var forgetsWhoLoaded = false
        /// Whether a save writes one half, pauses, and writes the other.
        var writesInTwoSteps = false
        /// Whether a cancelled save says that it succeeded.
        var skipsWhenCancelled = false
        /// How large an entry it says it takes.
        var limits = HistoryLimits()
    }

    let place: BytePlace
    let name: String
    nonisolated let limits: HistoryLimits
    private let mistake: Mistake
    private var seen: [UInt8]?
    private let tracker = SnapshotTracker()
    private var isUnreadable = false
    private var remembered: Snapshot?

    init(_ mistake: Mistake, place: BytePlace = BytePlace(), name: String = "conversation") {
        self.mistake = mistake
        limits = mistake.limits
        self.place = place
        self.name = name
    }

    /// Another instance at the same place.
    nonisolated func reopened() -> BrokenStore { BrokenStore(mistake, place: place, name: name) }

    func save(_ snapshot: Snapshot) async throws {
        if mistake.skipsWhenCancelled, Task.isCancelled { return }
        guard !isUnreadable || mistake.writesOverDamage else { throw failure(.damaged, "It was damaged.") }
        let stored = try mistake.storing(snapshot, remembered)
        let bytes = mistake.writing(try stored.encoded())
        let save = tracker.beginSave(of: snapshot)
        if mistake.writesInTwoSteps {
            place.set(name, to: Array(bytes.prefix(bytes.count / 2)))
            for _ in 0..<5 { await Task.yield() }
            place.set(name, to: bytes)
        } else {
            let (seen, mistake) = (seen, mistake)
            let isSeen = place.withBytes(name) { current in
                let isMissing = current == nil
                let isAdmitted =
                    mistake.forgetsWhoLoaded ? current == seen : save.admission(onto: current.map(Self.mark)).isAdmitted
                let mayWrite =
                    isAdmitted || mistake.writesOverDamage
                    || (isMissing ? mistake.resurrects : mistake.ignoresConflicts)
                if mayWrite { current = bytes }
                return mayWrite
            }
            guard isSeen else { throw failure(.conflict, "Someone else has written.") }
        }
        seen = bytes
        remembered = stored
        save.didWrite(Self.mark(of: bytes))
    }

    private static func mark(of bytes: [UInt8]) -> StoredRevision {
        StoredRevision(lineage: "", mark: String(decoding: bytes, as: UTF8.self))
    }

    func load() async throws -> Snapshot? {
        if mistake.answersFromMemory, let remembered { return remembered }
        let bytes = place.bytes(name)
        do {
            isUnreadable = true
            let snapshot = try bytes.map { try Snapshot(decoding: $0) }
            isUnreadable = false
            seen = bytes
            remembered = snapshot
            guard var loaded = try mistake.loading(snapshot), let bytes else {
                tracker.didFindNothing()
                return try mistake.loading(snapshot)
            }
            tracker.didLoad(&loaded, Self.mark(of: bytes))
            return loaded
        } catch let error as SnapshotDecodingError {
            if mistake.swallowsDamage { return nil }
            if mistake.quotesContent { throw failure(.damaged, String(decoding: bytes ?? [], as: UTF8.self)) }
            if mistake.callsAllDamage { throw failure(.damaged, error.description) }
            if mistake.callsAnotherTypeDamage, error.code == .undecodableMessage {
                throw failure(.damaged, error.description)
            }
            throw error
        }
    }

    private nonisolated func failure(_ code: HistoryStoreError.Code, _ reason: String) -> HistoryStoreError {
        HistoryStoreError(code, operation: "use", location: name, reason: reason)
    }
}
