extension ConversationSnapshot {
    /// Returns what of the history goes to the model: repaired, and fitted to a budget.
    ///
    /// The snapshot itself is not changed. The same snapshot and policy always give the same context.
    public func context(_ policy: ContextPolicy<Message> = .everything) -> ModelContext<Message> {
        let (items, covered) = contextItems()
        let (repaired, repairs) = ContextRepair.repaired(items)
        let kept = ContextFitting(policy: policy).fitted(repaired)
        let messages = kept.count == repaired.count ? repaired.map(\.message) : kept.map { repaired[$0].message }
        return ModelContext(
            messages: messages,
            repairs: repairs,
            omittedCount: covered + repaired.count - kept.count
        )
    }

    /// Returns the messages that a budget has no room for and the last entry among them; `nil` if there is room.
    ///
    /// It leaves half of the budget free, so that there is not something to summarize with every turn.
    func overflow(_ policy: ContextPolicy<Message>) -> (messages: [Message], through: EntryID)? {
        let repaired = ContextRepair.repaired(contextItems().items).items
        guard ContextFitting(policy: policy).exceedsBudget(repaired) else { return nil }
        var half = policy
        half.maximumMessages = policy.maximumMessages.map { $0 / 2 }
        half.maximumTokens = policy.maximumTokens.map { $0 / 2 }
        let kept = Set(ContextFitting(policy: half).fitted(repaired))
        // What is kept without a hole up to the end stays as it is; what stands before it is covered.
        guard let last = repaired.indices.last(where: { !kept.contains($0) }), last + 1 < repaired.count,
            let start = repaired[last + 1].position, start > 0
        else { return nil }
        let covered = repaired[...last].filter { !$0.isRequired || $0.position == nil }
        return (covered.map(\.message), entries[start - 1].id)
    }
}
