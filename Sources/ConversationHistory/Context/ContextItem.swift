/// A message on its way into the context.
struct ContextItem<Message: HistoryMessage>: Sendable {
    var message: Message
    /// Whether it must be in the context: a pin, an instruction, a summary.
    var isRequired: Bool
    /// The position of its entry, or of the one that it was made up for; `nil` for a summary, which comes before all
    /// that it does not cover.
    var position: Int?
}

extension ConversationSnapshot {
    /// What may go to the model: the messages, with a summary in the place of those that it covers.
    func contextItems() -> (items: [ContextItem<Message>], covered: Int) {
        var items: [ContextItem<Message>] = []
        var covered = 0
        var start = 0
        if let (summary, reach) = lastSummary() {
            for position in 0...reach {
                guard let message = entries[position].message else { continue }
                if entries[position].isPinned || message.role.isInstruction {
                    items.append(ContextItem(message: message, isRequired: true, position: position))
                } else {
                    covered += 1
                }
            }
            items.append(ContextItem(message: summary.message, isRequired: true, position: nil))
            start = reach + 1
        }
        items.reserveCapacity(items.count + entries.count - start)
        for position in start..<entries.count {
            let entry = entries[position]
            guard let message = entry.message else { continue }
            let isRequired = entry.isPinned || message.role.isInstruction
            items.append(ContextItem(message: message, isRequired: isRequired, position: position))
        }
        return (items, covered)
    }

    /// The newest summary whose reach is known, and the position that it reaches to.
    private func lastSummary() -> (HistorySummary<Message>, Int)? {
        guard otherEntryCount > 0 else { return nil }
        for position in entries.indices.reversed() {
            guard let summary = entries[position].summary else { continue }
            if let reach = self.position(of: summary.through) { return (summary, reach) }
        }
        return nil
    }
}
