#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The entries and turns that a rewind removed from the history; they stay stored.
public struct RewoundHistory<Message: HistoryMessage>: Sendable, Equatable {
    /// When the rewind happened, if known.
    public var date: Date?

    /// The position of the first removed entry.
    public var position: Int

    /// The removed entries, in order.
    public var entries: SharedList<HistoryEntry<Message>>

    /// The removed turns; their ranges refer to the history before the rewind.
    public var turns: [Turn]

    /// Members that this version doesn't know, kept as they were read.
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
