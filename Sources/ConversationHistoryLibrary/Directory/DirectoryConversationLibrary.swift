public import ConversationHistory
package import DurableFiles

/// A library in a directory: one history file a conversation, and their artifacts as files.
///
/// ```swift
/// let library = DirectoryConversationLibrary(path: "history")
/// let store = library.store(for: "trip")
/// ```
///
/// | in the directory | what it is |
/// |---|---|
/// | `conversations/<id>.json` | a conversation: a history file as `JSONFileHistoryStore` writes it |
/// | `artifacts/<id>/<name>` | a file of a conversation, in its newest version; older ones are in `.versions` |
/// | `trash/` | deleted conversations with their artifacts; their names say when they were deleted |
/// | `index.json` | what lists need, derived from all the rest: it can be removed at any time |
///
/// Nothing in it says where the directory is, so it can be moved. It is created when something is saved, readable by its
/// user only. Inside of it no symbolic link is followed. What is put there by others and is no history is left alone; a
/// history file that is put there by others becomes a conversation.
///
/// ## Names of files
///
/// Lower-case letters, digits, `_`, `-` and inner dots stand for themselves; all other bytes of an id are written as
/// `%` and two digits, so that no two ids share a file on any file system. Long names end with a hash.
///
/// ## What it costs
///
/// A save through a ``store(for:)`` costs what was appended. A list looks at each file without opening it, and reads
/// only those that have changed since the index was made. Changing a title, appending, and reading a part of a history
/// read the whole history; the next part of the same one does not, as long as nobody has changed it. A search reads all
/// histories.
///
/// ## Several processes
///
/// Instances and processes may use one directory at the same time: each conversation is locked while it is written. The
/// lock of a conversation is a hidden file beside its history, which is made with the owner and the mode that the history
/// has, so that those who may write the one may lock the other. A copy by ``backUp(to:)`` and ``contents(of:)`` keep
/// writers out as well; where no lock file can be made, what was changed meanwhile is read again.
///
/// ## Modes, links and foreign names
///
/// A history whose mode says that nobody may write it is not written. One that has other names (hard links) is replaced
/// and never written in place, so that they keep what they had. A new version of an artifact has the mode of the one
/// before. A backup is its user's alone. A name that is not UTF-8 is none of the library's: it is passed over and never
/// copied, and a directory that holds one is not removed.
///
/// ## What a crash leaves
///
/// Every temporary file, removal or version of an artifact that a process has left when it was killed is removed by the
/// next ``purge(_:)`` of everyone's trash, and most of them by the next change of the same conversation; ``verify()`` names
/// them. An unfinished backup is removed by the next one in the same place. What somebody is still working on is locked,
/// and not touched.
public final class DirectoryConversationLibrary<Message: HistoryMessage>: ConversationLibrary {
    /// Whose conversations this library shows.
    public let scope: LibraryScope

    /// The path of the directory, as it was given.
    public var path: String { files.directory.path }

    let files: DirectoryLibraryFiles<Message>

    private init(_ files: DirectoryLibraryFiles<Message>, _ scope: LibraryScope) {
        self.files = files
        self.scope = scope
    }

    /// Creates a library; nothing is opened or created yet.
    ///
    /// - Parameters:
    ///   - path: The directory; relative to the working directory at each call.
    ///   - durability: What a change that has returned survives.
    ///   - limits: How large a history is read.
    ///   - lockTimeout: How long a call waits for another process.
    public convenience init(
        path: String,
        durability: ConversationHistory.Durability = .full,
        limits: HistoryLimits = HistoryLimits(),
        lockTimeout: Duration = .seconds(10)
    ) {
        self.init(path, durability, limits, lockTimeout, RealSystemCalls())
    }

    /// Creates a library of `ChatMessage`s; nothing is opened or created yet.
    ///
    /// - Parameters:
    ///   - path: The directory; relative to the working directory at each call.
    ///   - durability: What a change that has returned survives.
    ///   - limits: How large a history is read.
    ///   - lockTimeout: How long a call waits for another process.
    public convenience init(
        path: String,
        durability: ConversationHistory.Durability = .full,
        limits: HistoryLimits = HistoryLimits(),
        lockTimeout: Duration = .seconds(10)
    ) where Message == ChatMessage {
        self.init(path, durability, limits, lockTimeout, RealSystemCalls())
    }

    /// Creates a library whose system calls can be made to fail.
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

    /// Returns this library as an owner may see it; a scope can only be narrowed.
    public func scoped(to owner: Owner) -> DirectoryConversationLibrary {
        DirectoryConversationLibrary(files, scope.narrowed(to: owner))
    }

    /// Returns the store of a conversation; nothing is opened or created yet.
    public func store(for id: ConversationID) -> DirectoryLibraryStore<Message> {
        DirectoryLibraryStore(files, place(id))
    }

    func place(_ id: ConversationID) -> LibraryPlace { LibraryPlace(files.directory, id, scope) }

    /// Runs work that may block on a thread of its own.
    func run<Result: Sendable>(
        _ body: @Sendable () throws(HistoryStoreError) -> Result
    ) async throws(HistoryStoreError) -> Result {
        try await BlockingWorker().run(body)
    }

    /// Works on the history of a conversation that is there, and tells the index.
    ///
    /// - Parameter body: Returns what the index is to know.
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
