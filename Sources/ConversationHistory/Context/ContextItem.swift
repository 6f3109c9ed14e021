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
