extension ConversationSnapshot {
    /// Returns what of the history goes to the model: repaired, and fitted to a budget.
    ///
    /// The snapshot itself is not changed. The same snapshot and policy always give the same context. With a budget,
    /// the time that it takes depends on the budget rather than on the length of the history.
    public func context(_ policy: ContextPolicy<Message> = .everything) -> ModelContext<Message> {
        // With the type named, all that is done for each message is compiled for this type.
        if let snapshot = self as? ConversationSnapshot<ChatMessage>,
            let policy = policy as? ContextPolicy<ChatMessage>,
            let context = snapshot.fittedContext(policy) as? ModelContext<Message>
        {
            return context
        }
        return fittedContext(policy)
    }

    private func fittedContext(_ policy: ContextPolicy<Message>) -> ModelContext<Message> {
        let (candidates, kept) = fittedCandidates(policy)
        return context(of: candidates, kept: kept)
    }

    /// As ``context(_:)``, but looking at the whole history whatever the budget: the definition of what that returns.
    func contextOfWhole(_ policy: ContextPolicy<Message>) -> ModelContext<Message> {
        let candidates = ContextCandidates(self)
        return context(
            of: candidates,
            kept: policy.hasBudget ? ContextFitting(policy: policy).fitted(candidates.units) : nil
        )
    }

    /// Chooses what fits the budget from as short an end of the history as shows what does not.
    private func fittedCandidates(
        _ policy: ContextPolicy<Message>
    ) -> (candidates: ContextCandidates<Message>, kept: [Int]?) {
        guard policy.hasBudget else { return (ContextCandidates(self), nil) }
        let fitting = ContextFitting(policy: policy)
        var count = max(0, min(policy.maximumMessages ?? 128, entries.count)) + 32
        while let candidates = ContextCandidates(self, lookingAtLast: count) {
            let kept = fitting.fitted(candidates.units)
            if kept != nil || candidates.areComplete { return (candidates, kept) }
            count *= 4
        }
        let candidates = ContextCandidates(self)
        return (candidates, fitting.fitted(candidates.units))
    }

    private func context(of candidates: ContextCandidates<Message>, kept: [Int]?) -> ModelContext<Message> {
        let units = kept.map { $0.map { candidates.units[$0] } } ?? candidates.units
        let (items, renamed) = ContextRepair.renamed(units.flatMap(\.items))
        let stored = units.lazy.filter { !$0.isSummary }.flatMap(\.items)
        var repairs = candidates.repairs
        if kept != nil, !repairs.isEmpty {
            let entries = Set(stored.map(\.entry))
            repairs.removeAll { !entries.contains($0.entry) }
        }
        return ModelContext(
            messages: items.map(\.message),
            repairs: repairs + renamed,
            omittedCount: entries.count - counts.others - Set(stored.map(\.position)).count
        )
    }

    /// Returns the messages that a budget has no room for and the last entry among them; `nil` if there is room.
    ///
    /// It leaves half of the budget free, so that there is not something to summarize with every turn. The question
    /// that the turn is about, and what came after it, is never among them.
    func overflow(_ policy: ContextPolicy<Message>) -> (messages: [Message], through: EntryID)? {
        guard fittedCandidates(policy).kept != nil else { return nil }
        var half = policy
        half.maximumMessages = policy.maximumMessages.map { $0 / 2 }
        half.maximumTokens = policy.maximumTokens.map { $0 / 2 }
        let units = ContextCandidates(self).units
        let kept = Set(ContextFitting(policy: half).fitted(units) ?? Array(units.indices))
        let end = units.lastIndex(where: \.isQuestion) ?? units.count - 1
        // What is kept without a hole up to the end stays as it is; what stands before it is covered.
        guard let last = units[..<max(0, end)].indices.last(where: { !kept.contains($0) }) else { return nil }
        let start = units[last + 1].position
        guard start > 0 else { return nil }
        let covered = units[...last].filter { !$0.isRequired || $0.isSummary }
        return (covered.flatMap(\.items).map(\.message), entries[start - 1].id)
    }
}
