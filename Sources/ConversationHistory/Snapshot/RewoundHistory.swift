#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What a rewind took out of a conversation; it is kept, beside the history.
public struct RewoundHistory<Message: HistoryMessage>: Sendable, Equatable {
    /// When the rewind happened, if that is known.
    public var date: Date?

    /// The position from which the entries were taken.
    public var position: Int

    /// The entries that were taken, in order.
    public var entries: SharedList<HistoryEntry<Message>>

    /// The turns that were taken; their ranges count from the start of the history as it was.
    public var turns: [Turn]

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates the record of a rewind.
    public init(date: Date?, position: Int, entries: SharedList<HistoryEntry<Message>>, turns: [Turn]) {
        self.date = date
        self.position = position
        self.entries = entries
        self.turns = turns
        self.additionalFields = [:]
    }
}
