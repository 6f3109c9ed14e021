package import DurableFiles

/// A store in a single JSON file.
///
/// The file is valid JSON with one entry per line, which any tool can read. A save that only appends writes only the
/// new lines, however long the history is; any other save replaces the file. At every moment, and after a crash at any
/// moment, the file holds the snapshot before a save or the one after it. With ``Durability/processCrash``, this holds
/// only for crashes of the process.
///
/// ```swift
/// let store = JSONFileHistoryStore(path: "chat.json")
/// ```
///
/// ## Several writers
///
/// A snapshot may replace only the state of the file that it was made from. If another writer has saved since, through
/// this instance, another instance or another process, a save throws ``HistoryStoreError/Code-swift.struct/conflict``
/// and changes nothing: load again and change the loaded snapshot, or call ``overwrite(with:)``. A snapshot that was
/// never in the file, such as one built from an array of messages, may replace the state that this instance last loaded
/// or saved. Instances and processes wait for each other with a lock on a hidden file next to the history.
///
/// ## Damage
///
/// A file that can't be read is never overwritten: after a failed ``load()``, a save throws as well. If the code is
/// ``HistoryStoreError/Code-swift.struct/damaged``, restore the file, or set it aside with ``quarantine()`` if the user
/// agrees. With any other code the history is intact, and setting it aside would take it away from the user.
///
/// ## The file
///
/// Only its user can read and write a new file. An existing file keeps its mode, and a file whose mode permits no
/// writing is not changed. A symbolic link is followed, and its target is replaced. A file with several hard links is
/// replaced, never written in place, so the other links keep their content. The directory must exist.
public final class JSONFileHistoryStore<Message: HistoryMessage>: HistoryStore {
    /// The error that ``save(_:)`` and ``load()`` throw.
    public typealias Failure = HistoryStoreError

    /// The path that the store was created with.
    public let path: String

    /// The largest history and entry that the store accepts, and the style in which they must be writable.
    public let limits: HistoryLimits

    private let file: JSONHistoryFile<Message>

    /// Creates a store, without opening the file yet.
    ///
    /// - Parameters:
    ///   - path: The path of the file, which need not exist yet. A relative path is resolved at each save and load.
    ///   - style: The style in which the file is written. A file of any style and version can be read, and changes to
    ///     this style at the next save.
    ///   - durability: The kind of failure that a completed save survives.
    ///   - limits: The largest history and entry that the store accepts.
    ///   - lockTimeout: How long a save or a load waits for another process.
    public convenience init(
        path: String,
        style: SnapshotStyle = .lines,
        durability: Durability = .full,
        limits: HistoryLimits = HistoryLimits(),
        lockTimeout: Duration = .seconds(10)
    ) {
        self.init(path, style, durability, limits, lockTimeout, RealSystemCalls())
    }

    /// Creates a store of ``ChatMessage``s, without opening the file yet.
    ///
    /// - Parameters:
    ///   - path: The path of the file, which need not exist yet. A relative path is resolved at each save and load.
    ///   - style: The style in which the file is written. A file of any style and version can be read, and changes to
    ///     this style at the next save.
    ///   - durability: The kind of failure that a completed save survives.
    ///   - limits: The largest history and entry that the store accepts.
    ///   - lockTimeout: How long a save or a load waits for another process.
    public convenience init(
        path: String,
        style: SnapshotStyle = .lines,
        durability: Durability = .full,
        limits: HistoryLimits = HistoryLimits(),
        lockTimeout: Duration = .seconds(10)
    ) where Message == ChatMessage {
        self.init(path, style, durability, limits, lockTimeout, RealSystemCalls())
    }

    /// Creates a store with replaceable system calls, so that tests can make them fail.
    package init(
        _ path: String,
        _ style: SnapshotStyle,
        _ durability: Durability,
        _ limits: HistoryLimits,
        _ lockTimeout: Duration,
        _ calls: any SystemCalls
    ) {
        self.path = path
        var limits = limits
        limits.style = style
        self.limits = limits
        file = JSONHistoryFile(
            path: path,
            style: style,
            durability: durability,
            limits: limits,
            lockTimeout: lockTimeout,
            calls: calls
        )
    }

    /// Saves the snapshot: appends to the file if nothing else has changed, and replaces the file otherwise.
    ///
    /// A snapshot that equals the stored one is not written again. A save runs to its end even if the task is
    /// cancelled.
    ///
    /// - Throws: ``HistoryStoreError``; the file is then unchanged, unless the code is `notDurable`.
    public func save(_ snapshot: ConversationSnapshot<Message>) async throws(HistoryStoreError) {
        try await file.save(snapshot)
    }

    /// Loads the snapshot from the file.
    ///
    /// - Returns: The snapshot, or `nil` if there is no file.
    /// - Throws: ``HistoryStoreError``, also for an empty file: only a missing file loads as `nil`.
    public func load() async throws(HistoryStoreError) -> ConversationSnapshot<Message>? {
        try await file.load()
    }

    /// Replaces the content of the file, even if it was never loaded, was changed by another writer or can't be read.
    ///
    /// - Throws: ``HistoryStoreError``; the file is then unchanged, unless the code is `notDurable`.
    public func overwrite(with snapshot: ConversationSnapshot<Message>) async throws(HistoryStoreError) {
        try await file.overwrite(with: snapshot)
    }

    /// Moves a damaged file that can't be restored aside, so that a new history can begin at its path.
    ///
    /// Call this only on the user's explicit request, and never for an intact history: a history whose messages don't
    /// decode opens again as soon as the type decodes them.
    ///
    /// - Returns: The new path of the file: next to the old one, with `.damaged-` and a unique suffix.
    /// - Throws: ``HistoryStoreError``; the file then keeps its path, unless the code is `notDurable`.
    public func quarantine() async throws(HistoryStoreError) -> String {
        try await file.quarantine()
    }

    /// The bytes that the last load skipped in the file to reach a sound snapshot; `nil` if it skipped none.
    ///
    /// They are the trace of a save that was cut short, and the next save removes them.
    public var recovery: HistoryRecovery? {
        get async { await file.recovery }
    }
}

/// A record of the bytes that a store skipped to reach the last complete snapshot in its file.
public struct HistoryRecovery: Hashable, Sendable {
    /// The revision of that snapshot; it grows with every save.
    public let revision: Int

    /// The offset after the snapshot's last byte.
    public let offset: Int

    /// The number of bytes after that offset, left by a save that never returned.
    public let byteCount: Int
}

/// The kind of failure that a completed save survives.
public enum Durability: Hashable, Sendable {
    /// A loss of power: the snapshot is on stable storage.
    case full

    /// A crash of the process, but not a loss of power: saves don't wait for the disk.
    ///
    /// The system writes in any order, so a loss of power can damage the file itself, not only lose the last saves.
    case processCrash
}
