public import ConversationHistory
public import ConversationHistoryLibrary

/// What an export wrote.
public struct ExportReport: Hashable, Sendable {
    /// A conversation whose history cannot be read.
    public struct Unreadable: Hashable, Sendable {
        /// Its id.
        public var id: ConversationID

        /// Why.
        public var error: HistoryStoreError
    }

    /// How many conversations the archive holds.
    public var conversationCount = 0

    /// How many bytes it has.
    public var byteCount = 0

    /// The conversations that the archive does not hold, since their histories cannot be read.
    public var unreadable: [Unreadable] = []

    /// The files of conversations that the archive holds of which something cannot be read, so that it is not in the
    /// archive.
    public var problems: [LibraryProblem] = []

    /// Creates a report of nothing.
    public init() {}
}
