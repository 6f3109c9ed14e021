public import ConversationHistory
public import ConversationHistoryLibrary

/// The store of a conversation of a library, that knows its library.
///
/// ``ConversationLibraryConformance/storeConformance()`` examines the stores of a library through it.
public struct LibraryStore<Library: ConversationLibrary>: HistoryStore {
    /// The library.
    public let library: Library

    /// The conversation.
    public let id: ConversationID

    private let store: Library.Store

    /// Opens the store of a conversation.
    public init(of id: ConversationID, in library: Library) {
        self.library = library
        self.id = id
        store = library.store(for: id)
    }

    /// The limits of the library's store.
    public var limits: HistoryLimits { store.limits }

    /// Saves the snapshot through the library's store.
    public func save(_ snapshot: ConversationSnapshot<Library.Message>) async throws(HistoryStoreError) {
        try await store.save(snapshot)
    }

    /// Loads through the library's store.
    public func load() async throws(HistoryStoreError) -> ConversationSnapshot<Library.Message>? {
        try await store.load()
    }
}
