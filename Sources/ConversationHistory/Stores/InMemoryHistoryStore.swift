/// A store in memory, for tests and for conversations that need not outlive the process.
///
/// The store can't fail, so neither `try` nor `catch` is needed. It can't refuse a save either: the last save wins.
public final class InMemoryHistoryStore<Message: HistoryMessage>: HistoryStore {
    private let snapshot: Lock<ConversationSnapshot<Message>?>

    /// Creates an empty store.
    public init() { snapshot = Lock(nil) }

    /// Creates an empty store of ``ChatMessage``s.
    public init() where Message == ChatMessage { snapshot = Lock(nil) }

    /// Creates a store that already holds a snapshot.
    public init(_ snapshot: ConversationSnapshot<Message>) { self.snapshot = Lock(snapshot) }

    /// Replaces the stored snapshot.
    public func save(_ snapshot: ConversationSnapshot<Message>) async {
        self.snapshot.exchange(snapshot)
    }

    /// Returns the stored snapshot, or `nil` if nothing was saved yet.
    public func load() async -> ConversationSnapshot<Message>? {
        snapshot.withLock { $0 }
    }
}
