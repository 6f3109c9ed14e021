/// A summary that replaces earlier entries in the context; the entries themselves stay stored.
public struct HistorySummary<Message: HistoryMessage>: Sendable, Equatable {
    /// The message that the model receives instead of the covered entries.
    public var message: Message

    /// The last covered entry; all entries before it are covered, too.
    public var through: EntryID

    /// Creates a summary.
    public init(message: Message, through: EntryID) {
        self.message = message
        self.through = through
    }
}
