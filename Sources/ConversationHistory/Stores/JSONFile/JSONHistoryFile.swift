package import DurableFiles

/// The file behind a ``JSONFileHistoryStore``, with the store's knowledge of it.
///
/// Each method runs from start to end on the actor's own thread, which may block: calls don't interleave, and a save
/// that has begun is not cancelled.
package actor JSONHistoryFile<Message: HistoryMessage> {
    /// The content of a file.
    package struct Content {
        package var stored: StoredSnapshot<Message>
        package var lineage: String
        var revision: Int
        var fingerprint: HistoryFingerprint
        /// The layout; `nil` if the file doesn't have one entry per line.
        package var layout: HistoryLayout?

        /// The revision that distinguishes this content from all others that the history has had.
        package var mark: StoredRevision {
            StoredRevision(lineage: layout == nil ? "" : lineage, mark: "\(revision)-\(fingerprint.text)")
        }
    }

    /// The file as this store last read or wrote it.
    package struct Base {
        package var identity: FileIdentity
        package var content: Content
        /// Whether the next save must replace the file, because its end may be damaged or not synchronized.
        var mustReplace = false
        /// The status of the file as the current save has found it, if the file is unchanged.
        var status: FileStatus?
    }

    /// The behavior that a library of many files gives to each of them; a separate file uses the defaults.
    package struct Policy: Sendable {
        /// Whether a replacement removes the temporary files that crashes have left beside the file.
        ///
        /// A library does that for all of its files at once.
        var removesStaleTemporaries = true

        /// The function that returns the revision of a content, which distinguishes it from all others that writers
        /// have loaded or saved.
        ///
        /// A library leaves out the members that it changes itself while a conversation is open.
        var revision: @Sendable (Content) -> StoredRevision = { $0.mark }

        /// The function that marks a snapshot as a new state before it is saved over another one.
        var stamp: @Sendable (inout ConversationSnapshot<Message>) -> Void = { _ in }

        /// Creates the policy of a separate file.
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
    /// The tracker that decides which snapshots may be saved over the content of the file.
    package let tracker = SnapshotTracker()
    /// The last known content of the file; it is compared with the file before it is used.
    package var known: Base?
    /// The error of the last load, if the file could not be read.
    var loadFailure: HistoryStoreError?
    /// The highest revision that was ever read, written or attempted.
    var lastRevision = 0
    /// The states that failed saves may have left in the file, possibly not yet on stable storage.
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

    /// Creates one of the files of a library.
    ///
    /// - Parameter open: A function that opens the file for writing, and creates missing directories.
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
            // Without a file, a save cannot overwrite anything.
            tracker.didClear()
            return nil
        }
        var snapshot = base.content.stored.snapshot
        tracker.didLoad(&snapshot, base.content.mark)
        return snapshot
    }

    /// Reads the file, and records its content or the error.
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
            // A locked file or a missing directory doesn't mean that the file is unreadable.
            if error.code != .busy, error.code != .notFound {
                known = nil
                loadFailure = error
                tracker.didLoseTrack()
            }
            throw error
        }
    }

    /// Reads the file; `nil` if it doesn't exist.
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
            // If nothing follows the footer, the save was complete except for its last step.
            if rest > 0 { recovery = HistoryRecovery(revision: decoded.revision, offset: end, byteCount: rest) }
        }
        // A document may have no lineage. Its first save gives it one.
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

    // MARK: - Shared by all operations

    /// Opens the file's directory and runs the body with the lock held.
    package func withFile<Result>(
        _ operation: String,
        _ mode: LockMode,
        _ body: (DurableFile) throws(HistoryStoreError) -> Result
    ) throws(HistoryStoreError) -> Result {
        let file = try attempt(operation) { () throws(FileFailure) in try open() }
        return try withLock(of: file, operation, mode) { () throws(HistoryStoreError) in try body(file) }
    }

    /// Runs the body with the lock of a file held.
    package func withLock<Result>(
        of file: DurableFile,
        _ operation: String,
        _ mode: LockMode,
        _ body: () throws(HistoryStoreError) -> Result
    ) throws(HistoryStoreError) -> Result {
        // A reader may hold no lock, which is safe: whatever a writer does meanwhile, the last valid footer is that of
        // one save.
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
