public import ConversationHistory

/// The store of a conversation in a ``DirectoryConversationLibrary``.
///
/// A save succeeds only over the state from which its snapshot was made; over any other state it throws a conflict.
/// Like `JSONFileHistoryStore`, it appends to the file if only entries were appended.
public final class DirectoryLibraryStore<Message: HistoryMessage>: HistoryStore {
    /// The error type of ``save(_:)`` and ``load()``.
    public typealias Failure = HistoryStoreError

    /// The size limits of the history, as passed to the library.
    public var limits: HistoryLimits { files.limits }

    private let files: DirectoryLibraryFiles<Message>
    private let place: LibraryPlace
    private let file: JSONHistoryFile<Message>

    init(_ files: DirectoryLibraryFiles<Message>, _ place: LibraryPlace) {
        self.files = files
        self.place = place
        file = files.history(place)
    }

    /// Loads the conversation.
    ///
    /// - Returns: The snapshot; `nil` if the conversation doesn't exist or is outside the scope.
    public func load() async throws(HistoryStoreError) -> ConversationSnapshot<Message>? {
        do throws(HistoryStoreError) { return try await file.load(in: place) } catch {
            let shown = files.shown(error, place, "load")
            // An unreadable history that belongs to another owner appears not to exist.
            if error.code != .notFound, shown.code == .notFound { return nil }
            throw shown
        }
    }

    /// Saves a snapshot: appends to the file if nothing else changed, and replaces the file otherwise.
    public func save(_ snapshot: ConversationSnapshot<Message>) async throws(HistoryStoreError) {
        do throws(HistoryStoreError) {
            let saved = try await file.save(snapshot, in: place)
            files.note(saved, for: place.stem)
        } catch {
            guard error.code != .notFound, files.shown(error, place, "save").code == .notFound else { throw error }
            throw .unseenState("save")
        }
    }
}
