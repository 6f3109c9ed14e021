public import ConversationHistory

/// A library in memory, for tests and for conversations that need not outlive the process.
///
/// It behaves like every other library. A search reads all messages, so its time grows with the size of the library.
public final class InMemoryConversationLibrary<Message: HistoryMessage>: ConversationLibrary {
    typealias Contents = InMemoryLibraryContents<Message>

    /// The contents, shared by all scoped views of a library and their stores.
    final class Shared: Sendable {
        private let contents = Lock(Contents())

        func withContents<Result: Sendable>(
            _ body: (inout Contents) throws(HistoryStoreError) -> Result
        ) throws(HistoryStoreError) -> Result {
            try contents.withLock { (contents) throws(HistoryStoreError) -> Result in try body(&contents) }
        }
    }

    /// The owners whose conversations this library shows.
    public let scope: LibraryScope

    let shared: Shared

    private init(_ shared: Shared, _ scope: LibraryScope) {
        self.shared = shared
        self.scope = scope
    }

    /// Creates an empty library.
    public convenience init() { self.init(Shared(), .everyone) }

    /// Creates an empty library of `ChatMessage`s.
    public convenience init() where Message == ChatMessage { self.init(Shared(), .everyone) }

    /// Returns this library restricted to an owner.
    public func scoped(to owner: Owner) -> InMemoryConversationLibrary {
        InMemoryConversationLibrary(shared, scope.narrowed(to: owner))
    }

    /// Returns the store of a conversation.
    public func store(for id: ConversationID) -> InMemoryLibraryStore<Message> {
        InMemoryLibraryStore(shared, id, scope)
    }
}
