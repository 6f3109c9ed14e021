/// The numbers of a conversation's entries of certain kinds, kept so that nothing has to search all entries.
package struct EntryCounts: Hashable, Sendable {
    /// The entries that are not messages.
    package private(set) var others = 0
    private(set) var summaries = 0
    /// The messages that must be in every context.
    private(set) var required = 0
    private(set) var incomplete = 0

    mutating func add<Message>(_ box: SharedList<HistoryEntry<Message>>.Box) { count(box, 1) }

    mutating func remove<Message>(_ box: SharedList<HistoryEntry<Message>>.Box) { count(box, -1) }

    private mutating func count<Message>(_ box: SharedList<HistoryEntry<Message>>.Box, _ step: Int) {
        if box.value.isIncomplete { incomplete += step }
        switch box.value.content {
        case .message: if box.value.isPinned || box.isInstruction { required += step }
        case .summary:
            others += step
            summaries += step
        case .action, .other: others += step
        }
    }
}

extension SharedList.Box {
    /// Creates the box of an entry without the dynamic cast of the general initializer, which is slow for long
    /// histories.
    convenience init<Message>(
        _ entry: HistoryEntry<Message>,
        verbatim: [UInt8]? = nil
    ) where Element == HistoryEntry<Message> {
        self.init(entry, verbatim: verbatim, isInstruction: entry.holdsInstruction)
    }
}

/// An element of a list that may hold instructions for the model.
protocol InstructionHolder {
    var holdsInstruction: Bool { get }
}

extension HistoryEntry: InstructionHolder {
    /// Whether this is a message that instructs the model.
    var holdsInstruction: Bool {
        guard case .message(let message) = content else { return false }
        return message.role.isInstruction
    }

    /// Whether this is a message that must be in every context: a pinned one, or an instruction.
    var isRequired: Bool {
        guard case .message = content else { return false }
        return isPinned || holdsInstruction
    }
}
