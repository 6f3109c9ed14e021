public import ConversationHistory

/// A library in memory: for tests, and for what need not outlive the process.
///
/// It answers as every other library does. A search looks through everything, so it takes the longer the more there is.
public final class InMemoryConversationLibrary<Message: HistoryMessage>: ConversationLibrary {
    typealias Contents = InMemoryLibraryContents<Message>

    /// What all scoped views of one library, and their stores, share.
    final class Shared: Sendable {
        private let contents = Lock(Contents())

        func withContents<Result: Sendable>(
            _ body: (inout Contents) throws(HistoryStoreError) -> Result
        ) throws(HistoryStoreError) -> Result {
            try contents.withLock { (contents) throws(HistoryStoreError) -> Result in try body(&contents) }
        }
    }

    /// Whose conversations this library shows.
    public let scope: LibraryScope

    let shared: Shared

    private init(_ shared: Shared, _ scope: LibraryScope) {
        self.shared = shared
        self.scope = scope
    }

    /// Creates a library without conversations.
    public convenience init() { self.init(Shared(), .everyone) }

    /// Creates a library of `ChatMessage`s, without conversations.
    public convenience init() where Message == ChatMessage { self.init(Shared(), .everyone) }

    /// Returns this library as an owner may see it.
    public func scoped(to owner: Owner) -> InMemoryConversationLibrary {
        InMemoryConversationLibrary(shared, scope.narrowed(to: owner))
    }

    /// Returns the store of a conversation.
    public func store(for id: ConversationID) -> InMemoryLibraryStore<Message> {
        InMemoryLibraryStore(shared, id, scope)
    }
}
