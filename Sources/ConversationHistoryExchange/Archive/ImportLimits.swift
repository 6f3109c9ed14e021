import ConversationHistory
import ConversationHistoryLibrary

/// How much an import takes in before it refuses.
public struct ImportLimits: Hashable, Sendable {
    /// The bytes of the longest line: 512 MiB unless set, which any entry and any state fit into.
    public var lineBytes: Int

    /// The bytes of the largest conversation, with its artifacts: 1 GiB unless set.
    ///
    /// A conversation is in memory until all of it was checked.
    public var conversationBytes: Int

    /// Creates limits.
    public init(lineBytes: Int = 512 << 20, conversationBytes: Int = 1 << 30) {
        self.lineBytes = lineBytes
        self.conversationBytes = conversationBytes
    }
}
