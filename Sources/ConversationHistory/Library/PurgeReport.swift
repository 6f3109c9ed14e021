/// What a purge removed.
public struct PurgeReport: Hashable, Sendable {
    /// The conversations, in the order of their ids.
    public var conversations: [ConversationID]

    /// How many entries they had.
    public var entryCount: Int

    /// How many artifacts they had, each in all its versions.
    public var artifactCount: Int

    /// Creates a report.
    public init(conversations: [ConversationID] = [], entryCount: Int = 0, artifactCount: Int = 0) {
        self.conversations = conversations
        self.entryCount = entryCount
        self.artifactCount = artifactCount
    }
}
