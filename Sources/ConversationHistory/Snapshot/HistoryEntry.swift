#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// One line of a history: a message, or something else that happened, and what is known about it.
public struct HistoryEntry<Message: HistoryMessage>: Sendable, Equatable, Identifiable {
    /// What an entry holds.
    public enum Content: Sendable, Equatable {
        /// A message that was exchanged with the model.
        case message(Message)

        /// An event that is not a message.
        case action(HistoryAction)

        /// A summary of the entries before it.
        case summary(HistorySummary<Message>)

        /// An entry of a kind that this version does not know, kept as it was read: its members.
        case other(JSONObject)
    }

    /// The entry's id, unique in its conversation.
    public internal(set) var id: EntryID

    /// What the entry holds.
    public var content: Content

    /// When it came to be, if that is known.
    public var date: Date?

    /// Who it came from, if the application says so: a person's id, an agent's name.
    public var sender: String?

    /// Whether the entry survives every fitting of the context.
    public var isPinned: Bool

    /// Whether the message was cut off before it was whole.
    public var isIncomplete: Bool

    /// Whatever else the application keeps with the entry.
    public var metadata: JSONObject

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates an entry.
    ///
    /// - Parameters:
    ///   - content: What the entry holds.
    ///   - id: Its id; a new one unless given.
    ///   - date: When it came to be; `nil` if that is not known.
    ///   - sender: Who it came from.
    ///   - isPinned: Whether it survives every fitting of the context.
    ///   - isIncomplete: Whether the message was cut off.
    ///   - metadata: Whatever else is to be kept with it.
    public init(
        _ content: Content,
        id: EntryID = .unique(),
        date: Date? = Date(),
        sender: String? = nil,
        isPinned: Bool = false,
        isIncomplete: Bool = false,
        metadata: JSONObject = [:]
    ) {
        self.id = id
        self.content = content
        self.date = date
        self.sender = sender
        self.isPinned = isPinned
        self.isIncomplete = isIncomplete
        self.metadata = metadata
        self.additionalFields = [:]
    }

    /// The message, or `nil` if the entry holds something else.
    public var message: Message? {
        if case .message(let message) = content { message } else { nil }
    }

    /// The action, or `nil` if the entry holds something else.
    public var action: HistoryAction? {
        if case .action(let action) = content { action } else { nil }
    }

    /// The summary, or `nil` if the entry holds something else.
    public var summary: HistorySummary<Message>? {
        if case .summary(let summary) = content { summary } else { nil }
    }
}

/// An event of a conversation that is not a message: a button that was pressed, an approval that was given.
public struct HistoryAction: Hashable, Sendable {
    /// What happened, by a name of the application's choice.
    public var name: String

    /// What belongs to it.
    public var payload: JSONValue

    /// Creates an action.
    public init(name: String, payload: JSONValue = .null) {
        self.name = name
        self.payload = payload
    }
}

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
