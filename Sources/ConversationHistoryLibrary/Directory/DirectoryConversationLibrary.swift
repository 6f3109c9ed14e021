public import ConversationHistory
package import DurableFiles

/// A library in a directory, with one history file per conversation and the artifacts as files.
///
/// ```swift
/// import ConversationHistoryLibrary
///
/// let library = DirectoryConversationLibrary(path: "history")
/// let store = library.store(for: "trip")
/// ```
///
/// | in the directory | content |
/// |---|---|
/// | `conversations/<id>.json` | a conversation: a history file in the format of `JSONFileHistoryStore` |
/// | `artifacts/<id>/<name>` | an artifact in its newest version; older versions are in `.versions` |
/// | `trash/` | deleted conversations with their artifacts; the file names contain the date of the deletion |
/// | `index.json` | a cache for lists, derived from the other files; it can be removed at any time |
///
/// No file contains the path of the directory, so you can move it. The first write creates it, readable by its user
/// only. Symbolic links inside it aren't followed. Foreign files are ignored, except that a foreign history file
/// becomes a conversation.
///
/// ## File names
///
/// Lower-case letters, digits, `_`, `-` and inner dots stay as they are; all other bytes of an id are written as `%`
/// and two digits, so that no two ids share a file on any file system. Long names end with a hash.
///
/// ## Costs
///
/// An appending save through a ``store(for:)`` writes only the new entries. A list checks each file's status without
/// opening it, and reads only files that have changed since the index was made. Changing a title, appending, and
/// reading a part of a history read the whole history; reading the next part doesn't, as long as the file hasn't
/// changed. A search reads all histories.
///
/// ## Multiple processes
///
/// Instances and processes may share a directory: each conversation is locked while it is written. The lock is a hidden
/// file beside the history, created with the owner and the mode of the history, so that everyone who may write the
/// history may lock it. ``backUp(to:)`` and ``contents(of:)`` lock out writers as well; if no lock file can be created,
/// they repeat the read if the conversation changed meanwhile.
///
/// ## Modes, links and foreign names
///
/// A history with a read-only mode is not written. A history with several hard links is replaced and never written in
/// place, so that the other links keep their content. A new version of an artifact has the mode of the previous one. A
/// backup is accessible to its user only. Names that aren't UTF-8 are foreign: they are ignored and never copied, and a
/// directory that contains one is not removed.
///
/// ## Crashes
///
/// The next ``purge(_:)`` of everyone's trash removes every temporary file and every unused artifact version that a
/// killed process left behind, and completes unfinished removals. The next change of the same conversation already does
/// most of this, and ``verify()`` lists the leftovers. The next backup to the same place removes an unfinished one.
/// Files in use are locked and not touched.
public final class DirectoryConversationLibrary<Message: HistoryMessage>: ConversationLibrary {
    /// The owners whose conversations this library shows.
    public let scope: LibraryScope

    /// The path of the directory, as passed to the initializer.
    public var path: String { files.directory.path }

    let files: DirectoryLibraryFiles<Message>

    private init(_ files: DirectoryLibraryFiles<Message>, _ scope: LibraryScope) {
        self.files = files
        self.scope = scope
    }

    /// Creates a library without opening or creating any file.
    ///
    /// - Parameters:
    ///   - path: The directory; a relative path is resolved against the working directory at each call.
    ///   - durability: The kinds of failure that a completed change survives.
    ///   - limits: The size limits of a history.
    ///   - lockTimeout: The maximum time that a call waits for another process.
    public convenience init(
        path: String,
        durability: ConversationHistory.Durability = .full,
        limits: HistoryLimits = HistoryLimits(),
        lockTimeout: Duration = .seconds(10)
    ) {
        self.init(path, durability, limits, lockTimeout, RealSystemCalls())
    }

    /// Creates a library of `ChatMessage`s without opening or creating any file.
    ///
    /// - Parameters:
    ///   - path: The directory; a relative path is resolved against the working directory at each call.
    ///   - durability: The kinds of failure that a completed change survives.
    ///   - limits: The size limits of a history.
    ///   - lockTimeout: The maximum time that a call waits for another process.
    public convenience init(
        path: String,
        durability: ConversationHistory.Durability = .full,
        limits: HistoryLimits = HistoryLimits(),
        lockTimeout: Duration = .seconds(10)
    ) where Message == ChatMessage {
        self.init(path, durability, limits, lockTimeout, RealSystemCalls())
    }

    /// Creates a library with replaceable system calls, so that tests can make them fail.
    package convenience init(
        _ path: String,
        _ durability: ConversationHistory.Durability,
        _ limits: HistoryLimits,
        _ lockTimeout: Duration,
        _ calls: any SystemCalls
    ) {
        let files = DirectoryLibraryFiles<Message>(
            path: path,
            durability: durability,
            limits: limits,
            lockTimeout: lockTimeout,
            calls: calls
        )
        self.init(files, .everyone)
    }

    /// Returns this library restricted to an owner; a scope can only be narrowed.
    public func scoped(to owner: Owner) -> DirectoryConversationLibrary {
        DirectoryConversationLibrary(files, scope.narrowed(to: owner))
    }

    /// Returns the store of a conversation without opening or creating any file.
    public func store(for id: ConversationID) -> DirectoryLibraryStore<Message> {
        DirectoryLibraryStore(files, place(id))
    }

    func place(_ id: ConversationID) -> LibraryPlace { LibraryPlace(files.directory, id, scope) }

    /// Runs blocking work on a thread of its own.
    func run<Result: Sendable>(
        _ body: @Sendable () throws(HistoryStoreError) -> Result
    ) async throws(HistoryStoreError) -> Result {
        try await BlockingWorker().run(body)
    }

    /// Accesses the history of a conversation, and converts errors to those that the scope may see.
    func withHistory<Result: Sendable>(
        of id: ConversationID,
        _ operation: String,
        _ body: (JSONHistoryFile<Message>, LibraryPlace) async throws(HistoryStoreError) -> Result
    ) async throws(HistoryStoreError) -> Result {
        let place = place(id)
        do throws(HistoryStoreError) {
            return try await body(files.history(place), place)
        } catch {
            throw files.shown(error, place, operation)
        }
    }
}
