#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// One line of a history: a message, an action or a summary, with an id, a date, a sender and metadata.
public struct HistoryEntry<Message: HistoryMessage>: Sendable, Equatable, Identifiable {
    /// The content of an entry.
    public enum Content: Sendable, Equatable {
        /// A message exchanged with the model.
        case message(Message)

        /// An event that is not a message.
        case action(HistoryAction)

        /// A summary of the entries before it.
        case summary(HistorySummary<Message>)

        /// The members of an entry of a kind that this version doesn't know, kept as they were read.
        case other(JSONObject)
    }

    /// The entry's id, unique in its conversation.
    public internal(set) var id: EntryID

    /// The content of the entry.
    public var content: Content

    /// When the entry was created, if known.
    public var date: Date?

    /// The sender, such as a person's id or an agent's name, if the application sets one.
    public var sender: String?

    /// Whether the entry survives every compaction of the context.
    public var isPinned: Bool

    /// Whether the message was cut off before it was complete.
    public var isIncomplete: Bool

    /// The application's own data about the entry.
    public var metadata: JSONObject

    /// Members that this version doesn't know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates an entry.
    ///
    /// - Parameters:
    ///   - content: The content of the entry.
    ///   - id: The entry's id. Defaults to a new, unique one.
    ///   - date: When the entry was created; `nil` if that is unknown.
    ///   - sender: The sender of the entry.
    ///   - isPinned: Whether the entry survives every compaction of the context.
    ///   - isIncomplete: Whether the message was cut off before it was complete.
    ///   - metadata: The application's own data about the entry.
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

/// An event in a conversation that is not a message, such as a button press or an approval.
public struct HistoryAction: Hashable, Sendable {
    /// The name of the event, chosen by the application.
    public var name: String

    /// The data of the event.
    public var payload: JSONValue

    /// Creates an action.
    public init(name: String, payload: JSONValue = .null) {
        self.name = name
        self.payload = payload
    }
}

/// A summary that replaces earlier entries in the context; the entries themselves stay stored.
public struct HistorySummary<Message: HistoryMessage>: Sendable, Equatable {
    /// The message that the model receives instead of the covered entries.
    public var message: Message

    /// The last covered entry; all entries before it are covered, too.
    public var through: EntryID

    /// Creates a summary.
    public init(message: Message, through: EntryID) {
        self.message = message
        self.through = through
    }
}
