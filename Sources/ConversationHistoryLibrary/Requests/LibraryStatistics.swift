import ConversationHistory

/// How much a library holds.
public struct LibraryStatistics: Hashable, Sendable {
    /// The conversations that are not in the trash.
    public var conversationCount = 0

    /// The conversations that are.
    public var deletedCount = 0

    /// The entries of the conversations that are not in the trash.
    public var entryCount = 0

    /// The messages among them.
    public var messageCount = 0

    /// The artifacts of the conversations that are not in the trash.
    public var artifactCount = 0

    /// The bytes of those artifacts, in all versions.
    public var artifactBytes = 0

    /// Creates statistics of nothing.
    public init() {}
}
