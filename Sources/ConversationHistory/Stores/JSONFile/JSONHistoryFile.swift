import DurableFiles

/// The file behind a ``JSONFileHistoryStore``, and what the store knows of it.
///
/// Every method runs from its start to its end on a thread of its own that may block: nothing interleaves, and a save
/// that has begun is not cancelled.
actor JSONHistoryFile<Message: HistoryMessage> {
    /// What a file holds.
    struct Content {
        var stored: StoredSnapshot<Message>
        var lineage: String
        var revision: Int
        var fingerprint: HistoryFingerprint
        /// `nil` if the file is not laid out one entry a line.
        var layout: HistoryLayout?

        /// What tells this content from all others that the history has had.
        var mark: StoredRevision {
            StoredRevision(lineage: layout == nil ? "" : lineage, mark: "\(revision)-\(fingerprint.text)")
        }
    }

    /// The file as this store last read or wrote it.
    struct Base {
        var identity: FileIdentity
        var content: Content
        /// Whether something went wrong with the file's tail, or it was not synchronized for certain.
        var mustReplace = false
        /// What the save under way has found under the name, if that is the file.
        var status: FileStatus?
    }

    let path: String
    let style: SnapshotStyle
    let durability: DurableFiles.Durability
    let writer: HistoryWriter<Message>
    /// Whether a replacement looks through the directory for what crashes have left; a library does that for all its
    /// files at once, since they are many.
    let removesStaleTemporaries: Bool
    let limits: HistoryLimits
    private let lockTimeout: Duration
    private let open: @Sendable () throws(FileFailure) -> DurableFile
    private let executor = BlockingExecutor(label: "conversation-history.file")
    /// Tells which snapshots may be saved over what is in the file.
    let tracker = SnapshotTracker()
    /// What is in the file, as far as this store knows; it is compared with the file before it is relied on.
    var known: Base?
    /// Why the file could not be read when it was last loaded.
    var loadFailure: HistoryStoreError?
    /// As high as the highest revision that was ever read or tried.
    var lastRevision = 0
    /// States that failed saves may have left in the file; whether they are on stable storage is not known.
    var attempts: Set<HistoryFingerprint> = []
    var recovery: HistoryRecovery?

    init(
        path: String,
        style: SnapshotStyle,
        durability: Durability,
        limits: HistoryLimits,
        lockTimeout: Duration,
        calls: any SystemCalls
    ) {
        self.path = path
        self.style = style
        self.durability = durability == .full ? .full : .processCrash
        self.limits = limits
        self.lockTimeout = lockTimeout
        removesStaleTemporaries = true
        open = { () throws(FileFailure) in try DurableFile.open(path: path, calls: calls) }
        writer = HistoryWriter(limits: limits)
    }

    /// The file of a conversation in a library's directory.
    ///
    /// - Parameter open: Opens the file for writing; the directories that are missing are created.
    init(
        path: String,
        durability: Durability,
        limits: HistoryLimits,
        lockTimeout: Duration,
        open: @escaping @Sendable () throws(FileFailure) -> DurableFile
    ) {
        self.path = path
        style = .lines
        self.durability = durability == .full ? .full : .processCrash
        self.limits = limits
        self.lockTimeout = lockTimeout
        self.open = open
        removesStaleTemporaries = false
        writer = HistoryWriter(limits: limits)
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    // MARK: - Loading

    func load() throws(HistoryStoreError) -> ConversationSnapshot<Message>? {
        let found = try remembering { () throws(HistoryStoreError) in
            try withFile("load", .shared) { file throws(HistoryStoreError) in try read(file, for: "load") }
        }
        guard let base = found else {
            // Where there is no file, a save can lose nothing.
            tracker.didClear()
            return nil
        }
        var snapshot = base.content.stored.snapshot
        tracker.didLoad(&snapshot, base.content.mark)
        return snapshot
    }

    /// Reads the file, and remembers what is in it or why it could not be read.
    func remembering(
        _ read: () throws(HistoryStoreError) -> (DecodedHistory<Message>, FileIdentity)?
    ) throws(HistoryStoreError) -> Base? {
        do throws(HistoryStoreError) {
            let found = try read()
            recovery = nil
            attempts = []
            loadFailure = nil
            known = try found.map { found throws(HistoryStoreError) in try base(found.0, found.1) }
            return known
        } catch {
            // A file that is merely locked, or whose directory is away, was not found to be unreadable.
            if error.code != .busy, error.code != .notFound {
                known = nil
                loadFailure = error
                tracker.didLoseTrack()
            }
            throw error
        }
    }

    /// Reads the file as it is; `nil` if there is none.
    func read(
        _ file: DurableFile,
        for operation: String
    ) throws(HistoryStoreError) -> (DecodedHistory<Message>, FileIdentity)? {
        try file.readHistory(limits: limits, for: operation, at: path)
    }

    func base(
        _ decoded: DecodedHistory<Message>,
        _ identity: FileIdentity
    ) throws(HistoryStoreError) -> Base {
        if let layout = decoded.layout, !layout.isClean {
            let end = layout.footerOffset + layout.footerCount
            let rest = max(0, Int(identity.size) - end)
            // Where nothing follows, the save was complete but for its last step.
            if rest > 0 { recovery = HistoryRecovery(revision: decoded.revision, offset: end, byteCount: rest) }
        }
        // A document need not have a lineage; it is given one when it is first written.
        let lineage = decoded.lineage.isEmpty ? ConversationID.unique().rawValue : decoded.lineage
        lastRevision = max(lastRevision, decoded.revision)
        return Base(
            identity: identity,
            content: Content(
                stored: try stored(decoded.snapshot, lineage: lineage, for: "load"),
                lineage: lineage,
                revision: decoded.revision,
                fingerprint: decoded.fingerprint,
                layout: decoded.layout
            )
        )
    }

    // MARK: - What every operation needs

    /// Opens the file's directory and holds the lock while the body runs.
    func withFile<Result>(
        _ operation: String,
        _ mode: LockMode,
        _ body: (DurableFile) throws(HistoryStoreError) -> Result
    ) throws(HistoryStoreError) -> Result {
        let file = try attempt(operation) { () throws(FileFailure) in try open() }
        return try withLock(of: file, operation, mode) { () throws(HistoryStoreError) in try body(file) }
    }

    /// Holds the lock of a file while the body runs.
    func withLock<Result>(
        of file: DurableFile,
        _ operation: String,
        _ mode: LockMode,
        _ body: () throws(HistoryStoreError) -> Result
    ) throws(HistoryStoreError) -> Result {
        // A reader that holds nothing is none the worse for it: whatever a writer does meanwhile, the last footer that
        // holds is that of one save.
        try file.withLock(mode, timeout: lockTimeout, orThrow: { HistoryStoreError($0, operation: operation) }, body)
    }

    func attempt<Result: ~Copyable>(
        _ operation: String,
        _ body: () throws(FileFailure) -> Result
    ) throws(HistoryStoreError) -> Result {
        do throws(FileFailure) { return try body() } catch { throw HistoryStoreError(error, operation: operation) }
    }

    func stored(
        _ snapshot: ConversationSnapshot<Message>,
        lineage: String,
        for operation: String
    ) throws(HistoryStoreError) -> StoredSnapshot<Message> {
        do throws(SnapshotError) {
            let members = try writer.members(of: snapshot)
            return StoredSnapshot(snapshot, lineage: lineage, members: members, writer: writer)
        } catch { throw HistoryStoreError(error, operation: operation, location: path) }
    }
}
