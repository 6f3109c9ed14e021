public import ConversationHistory
public import ConversationHistoryLibrary

/// A store of a library's conversation that gives access to its library.
///
/// ``ConversationLibraryConformance/storeConformance()`` tests the stores of a library through this type.
public struct LibraryStore<Library: ConversationLibrary>: HistoryStore {
    /// The library.
    public let library: Library

    /// The id of the conversation.
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

    /// Loads the snapshot through the library's store.
    public func load() async throws(HistoryStoreError) -> ConversationSnapshot<Library.Message>? {
        try await store.load()
    }
}
