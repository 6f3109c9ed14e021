/// How many entries of a conversation are of certain kinds, so that nobody has to look through all of them.
struct EntryCounts: Hashable, Sendable {
    /// Those that are not messages.
    private(set) var others = 0
    private(set) var summaries = 0
    /// The messages that must be in every context.
    private(set) var required = 0

    mutating func add<Message>(_ entry: HistoryEntry<Message>) { count(entry, 1) }

    mutating func remove<Message>(_ entry: HistoryEntry<Message>) { count(entry, -1) }

    private mutating func count<Message>(_ entry: HistoryEntry<Message>, _ step: Int) {
        switch entry.content {
        case .message: if entry.isRequired { required += step }
        case .summary:
            others += step
            summaries += step
        case .action, .other: others += step
        }
    }
}

extension HistoryEntry {
    /// Whether this is a message that must be in every context: a pinned one, or an instruction.
    var isRequired: Bool {
        guard case .message(let message) = content else { return false }
        return isPinned || message.role.isInstruction
    }
}
