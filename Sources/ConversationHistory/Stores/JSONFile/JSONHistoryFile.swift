package import DurableFiles

/// The file behind a ``JSONFileHistoryStore``, and what the store knows of it.
///
/// Every method runs from its start to its end on a thread of its own that may block: nothing interleaves, and a save
/// that has begun is not cancelled.
package actor JSONHistoryFile<Message: HistoryMessage> {
    /// What a file holds.
    package struct Content {
        package var stored: StoredSnapshot<Message>
        package var lineage: String
        var revision: Int
        var fingerprint: HistoryFingerprint
        /// `nil` if the file is not laid out one entry a line.
        package var layout: HistoryLayout?

        /// What tells this content from all others that the history has had.
        package var mark: StoredRevision {
            StoredRevision(lineage: layout == nil ? "" : lineage, mark: "\(revision)-\(fingerprint.text)")
        }
    }

    /// The file as this store last read or wrote it.
    package struct Base {
        package var identity: FileIdentity
        package var content: Content
        /// Whether something went wrong with the file's tail, or it was not synchronized for certain.
        var mustReplace = false
        /// What the save under way has found under the name, if that is the file.
        var status: FileStatus?
    }

    /// How a keeper of many files has its files behave; without one, a file looks after itself.
    package struct Policy: Sendable {
        /// Whether a replacement removes the temporary files that crashes have left beside the file.
        ///
        /// A keeper does that for all of its files at once.
        var removesStaleTemporaries = true

        /// What tells a content apart from all others that writers have loaded or saved.
        ///
        /// A keeper leaves out what it changes itself under an open conversation.
        var revision: @Sendable (Content) -> StoredRevision = { $0.mark }

        /// Marks a snapshot that is about to be saved over another one as a new state.
        var stamp: @Sendable (inout ConversationSnapshot<Message>) -> Void = { _ in }

        /// The policy of a file that looks after itself.
        init() {}

        package init(
            removesStaleTemporaries: Bool,
            revision: @escaping @Sendable (Content) -> StoredRevision,
            stamp: @escaping @Sendable (inout ConversationSnapshot<Message>) -> Void
        ) {
            self.removesStaleTemporaries = removesStaleTemporaries
            self.revision = revision
            self.stamp = stamp
        }
    }

    let path: String
    let style: SnapshotStyle
    let durability: DurableFiles.Durability
    let writer: HistoryWriter<Message>
    let policy: Policy
    package let limits: HistoryLimits
    private let lockTimeout: Duration
    private let open: @Sendable () throws(FileFailure) -> DurableFile
    private let executor = BlockingExecutor(label: "conversation-history.file")
    /// Tells which snapshots may be saved over what is in the file.
    package let tracker = SnapshotTracker()
    /// What is in the file, as far as this store knows; it is compared with the file before it is relied on.
    package var known: Base?
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
        policy = Policy()
        open = { () throws(FileFailure) in try DurableFile.open(path: path, calls: calls) }
        writer = HistoryWriter(limits: limits)
    }

    /// One of the files of a keeper.
    ///
    /// - Parameter open: Opens the file for writing; the directories that are missing are created.
    package init(
        path: String,
        durability: Durability,
        limits: HistoryLimits,
        lockTimeout: Duration,
        policy: Policy,
        open: @escaping @Sendable () throws(FileFailure) -> DurableFile
    ) {
        self.path = path
        style = .lines
        self.durability = durability == .full ? .full : .processCrash
        self.limits = limits
        self.lockTimeout = lockTimeout
        self.open = open
        self.policy = policy
        writer = HistoryWriter(limits: limits)
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

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
    package func remembering(
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
    package func read(
        _ file: DurableFile,
        for operation: String
    ) throws(HistoryStoreError) -> (DecodedHistory<Message>, FileIdentity)? {
        try file.readHistory(limits: limits, for: operation, at: path)
    }

    package func base(
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
    package func withFile<Result>(
        _ operation: String,
        _ mode: LockMode,
        _ body: (DurableFile) throws(HistoryStoreError) -> Result
    ) throws(HistoryStoreError) -> Result {
        let file = try attempt(operation) { () throws(FileFailure) in try open() }
        return try withLock(of: file, operation, mode) { () throws(HistoryStoreError) in try body(file) }
    }

    /// Holds the lock of a file while the body runs.
    package func withLock<Result>(
        of file: DurableFile,
        _ operation: String,
        _ mode: LockMode,
        _ body: () throws(HistoryStoreError) -> Result
    ) throws(HistoryStoreError) -> Result {
        // A reader that holds nothing is none the worse for it: whatever a writer does meanwhile, the last footer that
        // holds is that of one save.
        try file.withLock(mode, timeout: lockTimeout, orThrow: { HistoryStoreError($0, operation: operation) }, body)
    }

    package func attempt<Result: ~Copyable>(
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
