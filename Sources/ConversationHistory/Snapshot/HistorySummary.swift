/// A summary that stands in the context for the entries before it; the entries themselves stay stored.
public struct HistorySummary<Message: HistoryMessage>: Sendable, Equatable {
    /// The message that the model is given in the place of what is covered.
    public var message: Message

    /// The last entry that is covered; all before it are covered too.
    public var through: EntryID

    /// Creates a summary.
    public init(message: Message, through: EntryID) {
        self.message = message
        self.through = through
    }
}
