/// The rules for the parts of a single message.
extension ContextRepair {
    /// Leaves out empty and cut-off parts, and messages that have no other parts.
    static func withoutUnusableParts(
        _ items: [ContextItem<Message>],
        _ repairs: inout [LocatedRepair]
    ) -> [ContextItem<Message>] {
        var kept: [ContextItem<Message>] = []
        kept.reserveCapacity(items.count)
        for item in items {
            let cleaned = item.cleaned { repairs.append(LocatedRepair($0, item)) }
            if let cleaned { kept.append(cleaned) }
        }
        return kept
    }

    /// Leaves out the reasoning at the end of each message that isn't followed by one with the same role.
    static func withoutTrailingReasoning(
        _ items: [ContextItem<Message>],
        _ repairs: inout [LocatedRepair]
    ) -> [ContextItem<Message>] {
        var changed: [Int: Message?] = [:]
        // Goes backward, because a message that is left out no longer follows the one before it.
        var following: MessageRole?
        for index in items.indices.reversed() {
            let message = items[index].message
            let role = message.role
            if role != following, role != .user, role != .tool, !role.isInstruction {
                let rest = message.withoutTrailingReasoning()
                if rest != message { changed[index] = .some(rest) }
                guard rest != nil else { continue }
            }
            following = role
        }
        guard !changed.isEmpty else { return items }
        return items.indices.compactMap { index in
            guard let rest = changed[index] else { return items[index] }
            repairs.append(LocatedRepair(.droppedTrailingReasoning, items[index]))
            return rest.map { items[index].replaced(by: $0) }
        }
    }
}

extension ContextItem {
    /// Returns this item with another message.
    func replaced(by message: Message) -> ContextItem {
        var item = self
        item.message = message
        return item
    }
}
