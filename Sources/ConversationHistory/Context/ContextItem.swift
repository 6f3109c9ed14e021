/// A message on its way into the context.
struct ContextItem<Message: HistoryMessage>: Sendable {
    var message: Message
    /// Whether it must be in the context: a pin, an instruction, a summary.
    var isRequired: Bool
    /// The entry that it stands in, or that it was made up for.
    var entry: EntryID
    /// The position of that entry.
    var position: Int
    /// Whether the message was cut off before it was whole.
    var isIncomplete = false
    /// Whether it holds results that a repair has moved here.
    var isMoved = false

    /// Whether it asks the model for something, so that a context may begin with it.
    var isQuestion: Bool { message.role == .user && message.toolResultIDs.isEmpty }

    /// Whether a turn may have begun with it: a question, or a message of a role that only the application knows.
    var beginsTurn: Bool {
        let role = message.role
        return role != .assistant && role != .tool && !role.isInstruction && message.toolResultIDs.isEmpty
    }
}

extension ContextItem {
    /// The message of an entry; `nil` if the entry is not a message.
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

    /// This item without parts that are empty or cut off; `nil` if nothing is left of it.
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

/// Messages that must not be parted: one that makes calls and the results behind it, or a single message.
struct ContextUnit<Message: HistoryMessage>: Sendable {
    private(set) var items: [ContextItem<Message>]
    /// Whether it must be in the context: because one of its messages must.
    private(set) var isRequired: Bool
    /// Whether it stands for all that was before it.
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

    /// Parts a repaired list, in which the results of calls follow them at once.
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
