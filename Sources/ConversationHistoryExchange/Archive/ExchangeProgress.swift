public import ConversationHistory
import ConversationHistoryLibrary

/// How far an export or an import has come.
public struct ExchangeProgress: Hashable, Sendable {
    /// The conversation that was dealt with last.
    public var conversation: ConversationID

    /// How many conversations were dealt with.
    public var conversationCount: Int

    /// How many there are; `nil` if that is not known, as in an import.
    public var totalCount: Int?

    /// How many bytes of the archive were written or read.
    public var byteCount: Int
}
