public import ConversationHistory

/// What a purge removed.
public struct PurgeReport: Hashable, Sendable {
    /// A conversation that could not be removed.
    public struct Failure: Hashable, Sendable {
        /// Its id.
        public var id: ConversationID

        /// Why not.
        public var error: HistoryStoreError

        /// Creates a failure.
        public init(id: ConversationID, error: HistoryStoreError) {
            self.id = id
            self.error = error
        }
    }

    /// The conversations, in the order of their ids.
    public var conversations: [ConversationID]

    /// How many entries they had.
    public var entryCount: Int

    /// How many artifacts they had, each in all its versions.
    public var artifactCount: Int

    /// The conversations that were to be removed as well and are still there, for what their errors say: with the code
    /// `busy`, somebody is using them.
    public var failures: [Failure]

    /// Creates a report.
    public init(
        conversations: [ConversationID] = [],
        entryCount: Int = 0,
        artifactCount: Int = 0,
        failures: [Failure] = []
    ) {
        self.failures = failures
        self.conversations = conversations
        self.entryCount = entryCount
        self.artifactCount = artifactCount
    }
}
