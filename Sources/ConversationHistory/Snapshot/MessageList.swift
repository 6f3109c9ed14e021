/// The messages of a history without its other entries, sharing storage with the snapshot.
public struct MessageList<Message: HistoryMessage>: RandomAccessCollection, Sendable {
    private let entries: SharedList<HistoryEntry<Message>>
    /// The positions of the messages among the entries; `nil` if every entry is a message.
    private let positions: [Int]?

    init(entries: SharedList<HistoryEntry<Message>>, otherEntryCount: Int) {
        self.entries = entries
        positions = otherEntryCount == 0 ? nil : entries.indices.filter { entries[$0].message != nil }
    }

    /// The position of the first message: 0.
    public var startIndex: Int { 0 }

    /// The position after the last message: the number of messages.
    public var endIndex: Int { positions?.count ?? entries.count }

    /// The message at a position.
    public subscript(position: Int) -> Message {
        guard let message = entry(at: position).message else {
            // `positions` lists only messages, and is `nil` only if every entry is a message.
            preconditionFailure("The list of messages contains an entry that is not a message.")
        }
        return message
    }

    /// Returns the entry of the message at a position.
    ///
    /// - Parameter position: A valid position in this list.
    public func entry(at position: Int) -> HistoryEntry<Message> {
        entries[positions?[position] ?? position]
    }
}

extension MessageList: Equatable {
    /// Returns whether two lists hold equal messages.
    public static func == (lhs: MessageList, rhs: MessageList) -> Bool { lhs.elementsEqual(rhs) }
}
