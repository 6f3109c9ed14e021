/// A message that may become part of the context.
struct ContextItem<Message: HistoryMessage>: Sendable {
    var message: Message
    /// Whether it must be in the context: a pinned message, an instruction or a summary.
    var isRequired: Bool
    /// The entry that holds it, or for which a repair added it.
    var entry: EntryID
    /// The position of that entry.
    var position: Int
    /// Whether the message was cut off before it was complete.
    var isIncomplete = false
    /// Whether it holds results that a repair has moved.
    var isMoved = false

    /// Whether it is a question, with which a context may begin.
    var isQuestion: Bool { message.role == .user && message.toolResultIDs.isEmpty }

    /// Whether a turn may have begun with it: a question, or a message with a role that the application defines.
    var beginsTurn: Bool {
        let role = message.role
        return role != .assistant && role != .tool && !role.isInstruction && message.toolResultIDs.isEmpty
    }
}

extension ContextItem {
    /// Creates an item from an entry, or returns `nil` if the entry isn't a message.
    init?(_ entry: HistoryEntry<Message>, at position: Int) {
        guard let message = entry.message else { return nil }
        self.init(
            message: message,
            isRequired: entry.isRequired,
            entry: entry.id,
            position: position,
            isIncomplete: entry.isIncomplete
        )
    }

    /// Returns this item without empty and cut-off parts, or `nil` if nothing is left of it.
    ///
    /// - Parameter report: Receives the kind of each repair.
    func cleaned(_ report: (Repair.Kind) -> Void = { _ in }) -> ContextItem? {
        var rest = message.withoutEmptyParts()
        if rest != message { report(.droppedEmptyPart) }
        if isIncomplete, let message = rest {
            rest = message.withoutCutOffParts()
            if rest != message { report(.droppedCutOffPart) }
        }
        guard let rest else { return nil }
        var item = self
        item.message = rest
        return item
    }
}

/// Messages that must not be separated: a message with calls and the results after it, or a single message.
struct ContextUnit<Message: HistoryMessage>: Sendable {
    private(set) var items: [ContextItem<Message>]
    /// Whether it must be in the context, because one of its messages must.
    private(set) var isRequired: Bool
    /// Whether it is a summary of earlier messages.
    let isSummary: Bool

    init(_ item: ContextItem<Message>, isSummary: Bool = false) {
        items = [item]
        isRequired = item.isRequired
        self.isSummary = isSummary
    }

    /// The position of its first message.
    var position: Int { items[0].position }

    /// Whether it is a question, with which a context may begin.
    var isQuestion: Bool { !isSummary && items[0].isQuestion }

    /// Whether a turn may have begun with it.
    var beginsTurn: Bool { !isSummary && items[0].beginsTurn }

    /// Splits a repaired list, in which results directly follow their calls, into units.
    static func units(of items: [ContextItem<Message>]) -> [ContextUnit] {
        var units: [ContextUnit] = []
        for item in items {
            if !units.isEmpty, !item.message.toolResultIDs.isEmpty {
                units[units.count - 1].items.append(item)
                units[units.count - 1].isRequired = units[units.count - 1].isRequired || item.isRequired
            } else {
                units.append(ContextUnit(item))
            }
        }
        return units
    }
}
