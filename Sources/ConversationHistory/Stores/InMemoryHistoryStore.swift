/// A store in memory: for tests, and for conversations that need not outlive the process.
///
/// It cannot fail, so neither `try` nor `catch` is needed. As it cannot refuse either, the last save wins.
public final class InMemoryHistoryStore<Message: HistoryMessage>: HistoryStore {
    private let snapshot: Lock<ConversationSnapshot<Message>?>

    /// Creates a store that was never written.
    public init() { snapshot = Lock(nil) }

    /// Creates a store of ``ChatMessage``s that was never written.
    public init() where Message == ChatMessage { snapshot = Lock(nil) }

    /// Creates a store that holds a snapshot already.
    public init(_ snapshot: ConversationSnapshot<Message>) { self.snapshot = Lock(snapshot) }

    /// Keeps the snapshot in the place of the one before.
    public func save(_ snapshot: ConversationSnapshot<Message>) async {
        self.snapshot.exchange(snapshot)
    }

    /// Returns the snapshot that was saved last, or `nil` if there was none.
    public func load() async -> ConversationSnapshot<Message>? {
        snapshot.withLock { $0 }
    }
}
