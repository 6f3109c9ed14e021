public import ConversationHistory

/// The store of a conversation of a ``DirectoryConversationLibrary``.
///
/// A snapshot may be saved over the state that it was made from; a save over any other state is refused as a conflict.
/// It saves as a `JSONFileHistoryStore` does: what is only appended costs what was appended.
public final class DirectoryLibraryStore<Message: HistoryMessage>: HistoryStore {
    /// What ``save(_:)`` and ``load()`` throw.
    public typealias Failure = HistoryStoreError

    /// How large an entry of the history may be: as the library was told.
    public var limits: HistoryLimits { files.limits }

    private let files: DirectoryLibraryFiles<Message>
    private let place: LibraryPlace
    private let file: JSONHistoryFile<Message>

    init(_ files: DirectoryLibraryFiles<Message>, _ place: LibraryPlace) {
        self.files = files
        self.place = place
        file = files.history(place)
    }

    /// Reads the conversation.
    ///
    /// - Returns: The snapshot; `nil` if there is no conversation of this id, or none that the scope shows.
    public func load() async throws(HistoryStoreError) -> ConversationSnapshot<Message>? {
        do throws(HistoryStoreError) { return try await file.load(in: place) } catch {
            let shown = files.shown(error, place, "load")
            // What cannot be read and is not known to be within the scope is as if it were not there.
            if error.code != .notFound, shown.code == .notFound { return nil }
            throw shown
        }
    }

    /// Saves the snapshot: appends to the file if that is all that changed, and replaces the file otherwise.
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
