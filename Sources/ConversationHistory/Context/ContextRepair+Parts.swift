/// The rules about the parts of a single message.
extension ContextRepair {
    /// Leaves out the parts that are empty or cut off, and the messages of which nothing is left.
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

    /// Leaves out reasoning at the end of messages that no message of the same role follows.
    static func withoutTrailingReasoning(
        _ items: [ContextItem<Message>],
        _ repairs: inout [LocatedRepair]
    ) -> [ContextItem<Message>] {
        var changed: [Int: Message?] = [:]
        // From the end, since a message of which nothing is left follows no other.
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
    /// This item with another message.
    func replaced(by message: Message) -> ContextItem {
        var item = self
        item.message = message
        return item
    }
}
