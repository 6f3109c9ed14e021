package import DurableFiles

/// A store in a single JSON file.
///
/// The file is valid JSON with one entry a line, so that any tool reads it. A save that only appends writes only what
/// was appended, however long the history is; any other save replaces the file. At every moment, and after a crash at
/// any moment, the file holds the snapshot before a save or the one after it; with ``Durability/processCrash``, after a
/// crash of the process.
///
/// ```swift
/// let store = JSONFileHistoryStore(path: "chat.json")
/// ```
///
/// ## Several writers
///
/// A snapshot may be saved over the state of the file that it was made from. If someone else has saved since, through
/// this instance, another one or in another process, a save throws ``HistoryStoreError/Code-swift.struct/conflict`` and
/// changes nothing: ``load()`` and change what was loaded, or call ``overwrite(with:)``. A snapshot that was never in the
/// file, such as one built from an array of messages, may replace what this instance has last loaded or saved.
/// Instances and processes wait for each other by a lock on a hidden file beside the history.
///
/// ## Damage
///
/// A file that cannot be read is never written over: after a failed ``load()`` a save throws as well. If the code is
/// ``HistoryStoreError/Code-swift.struct/damaged``, restore the file, or set it aside with ``quarantine()`` if the user
/// agrees. With any other code the history is intact, and setting it aside would take it away from the user.
///
/// ## The file
///
/// A new file can be read and written by its user only; the mode of an existing file is kept, and one that says that
/// nobody may write the file is respected. A symbolic link is followed, and what it points to is replaced. A file that has
/// other names (hard links) is replaced, never written in place, so that they keep what they had. The directory must exist.
public final class JSONFileHistoryStore<Message: HistoryMessage>: HistoryStore {
    /// What ``save(_:)`` and ``load()`` throw.
    public typealias Failure = HistoryStoreError

    /// The path of the file, as it was given.
    public let path: String

    /// How large a history, and an entry of it, may be, and the style in which it must be writable.
    public let limits: HistoryLimits

    private let file: JSONHistoryFile<Message>

    /// Creates a store; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - path: Where the file is or is to be; relative to the working directory at each save and load.
    ///   - style: How the file is laid out when it is written. A file of any style and version is read, and changes to
    ///     this style at the next save.
    ///   - durability: What a save that has returned survives.
    ///   - limits: How large a history, and an entry of it, may be.
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

    /// Creates a store of ``ChatMessage``s; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - path: Where the file is or is to be; relative to the working directory at each save and load.
    ///   - style: How the file is laid out when it is written. A file of any style and version is read, and changes to
    ///     this style at the next save.
    ///   - durability: What a save that has returned survives.
    ///   - limits: How large a history, and an entry of it, may be.
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

    /// Creates a store whose system calls can be made to fail.
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

    /// Saves the snapshot: appends to the file if that is all that changed, and replaces the file otherwise.
    ///
    /// A snapshot that equals the stored one is not written again. A save that has begun is finished even if the task
    /// is cancelled.
    ///
    /// - Throws: ``HistoryStoreError``; the file then holds what it held before, unless the code is `notDurable`.
    public func save(_ snapshot: ConversationSnapshot<Message>) async throws(HistoryStoreError) {
        try await file.save(snapshot)
    }

    /// Reads the file.
    ///
    /// - Returns: The snapshot, or `nil` if there is no file.
    /// - Throws: ``HistoryStoreError``, for an empty file too: only a file that is not there is no history.
    public func load() async throws(HistoryStoreError) -> ConversationSnapshot<Message>? {
        try await file.load()
    }

    /// Replaces whatever is in the file, even if it was never loaded, was changed by someone else or cannot be read.
    ///
    /// - Throws: ``HistoryStoreError``; the file then holds what it held before, unless the code is `notDurable`.
    public func overwrite(with snapshot: ConversationSnapshot<Message>) async throws(HistoryStoreError) {
        try await file.overwrite(with: snapshot)
    }

    /// Moves the file aside, so that a new history can begin at its path; for a damaged file that cannot be restored.
    ///
    /// Call it only on the user's explicit request, and not for a history that is intact and cannot be read: one whose
    /// messages do not decode opens again as soon as the type decodes them.
    ///
    /// - Returns: The path where the file is now: beside the old one, with `.damaged-` and a unique ending.
    /// - Throws: ``HistoryStoreError``; the file is then where it was, unless the code is `notDurable`.
    public func quarantine() async throws(HistoryStoreError) -> String {
        try await file.quarantine()
    }

    /// What the last load passed over in the file to reach a sound snapshot; `nil` if there was nothing.
    ///
    /// It is the trace of a save that was cut short, and goes away with the next save.
    public var recovery: HistoryRecovery? {
        get async { await file.recovery }
    }
}

/// What a store passed over in its file, to reach the last snapshot that was wholly saved.
public struct HistoryRecovery: Hashable, Sendable {
    /// The revision that was found; it grows with every save.
    public let revision: Int

    /// The offset behind the last byte that belongs to the snapshot.
    public let offset: Int

    /// How many bytes follow there: what a save that never returned has left.
    public let byteCount: Int
}

/// What a save that has returned survives.
public enum Durability: Hashable, Sendable {
    /// The loss of power: the snapshot is on stable storage.
    case full

    /// The end of the process, however sudden, but not the loss of power: nothing waits for the disk.
    ///
    /// As the system then writes in any order, a loss of power can damage the file itself, not only lose the last saves.
    case processCrash
}
