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
        return context(of: candidates, kept: kept, policy)
    }

    /// As ``context(_:)``, but looking at the whole history whatever the budget: the definition of what that returns.
    func contextOfWhole(_ policy: ContextPolicy<Message>) -> ModelContext<Message> {
        let (candidates, kept) = wholeCandidates(policy)
        return context(of: candidates, kept: kept, policy)
    }

    private func wholeCandidates(
        _ policy: ContextPolicy<Message>
    ) -> (candidates: ContextCandidates<Message>, kept: [Int]?) {
        let candidates = ContextCandidates(self)
        guard policy.hasBudget else { return (candidates, nil) }
        let question = candidates.question(in: self)
        let kept = ContextFitting(policy: policy).fitted(candidates.units, question: question, isWhole: true)
        return (candidates, kept)
    }

    /// Chooses what fits the budget from as short an end of the history as shows what does not.
    private func fittedCandidates(
        _ policy: ContextPolicy<Message>
    ) -> (candidates: ContextCandidates<Message>, kept: [Int]?) {
        guard policy.hasBudget else { return (ContextCandidates(self), nil) }
        let fitting = ContextFitting(policy: policy)
        var count = max(0, min(policy.maximumMessages ?? 128, entries.count)) + 32
        while let candidates = ContextCandidates(self, lookingAtLast: count) {
            let kept = fitting.fitted(
                candidates.units,
                question: candidates.question(in: self),
                isWhole: candidates.areComplete
            )
            if kept != nil || candidates.areComplete { return (candidates, kept) }
            count *= 4
        }
        return wholeCandidates(policy)
    }

    private func context(
        of candidates: ContextCandidates<Message>,
        kept: [Int]?,
        _ policy: ContextPolicy<Message>
    ) -> ModelContext<Message> {
        let units = kept.map { $0.map { candidates.units[$0] } } ?? candidates.units
        let (messages, finishing) = ContextRepair.finished(
            units.flatMap(\.items),
            isPart: kept != nil || candidates.uncovered > 0,
            policy: policy
        )
        let messageCount = entries.count - counts.others
        let stored = units.lazy.filter { !$0.isSummary }
        guard !candidates.repairs.isEmpty else {
            // Then each item is a message of its own.
            let count = stored.reduce(0) { $0 + $1.items.count }
            return ModelContext(messages: messages, repairs: finishing, omittedCount: messageCount - count)
        }
        var accounted = Set(stored.flatMap(\.items).map(\.position))
        let repairs = repairs(of: candidates, kept: kept, present: accounted)
        accounted.formUnion(repairs.map(\.position))
        return ModelContext(
            messages: messages,
            repairs: repairs.map(\.repair) + finishing,
            omittedCount: messageCount - accounted.count
        )
    }

    /// Returns the repairs of messages that neither the budget nor a summary has left out.
    ///
    /// - Parameters:
    ///   - candidates: What there was to choose from.
    ///   - kept: The units that were chosen; `nil` for all.
    ///   - present: The positions of the messages in them.
    private func repairs(
        of candidates: ContextCandidates<Message>,
        kept: [Int]?,
        present: Set<Int>
    ) -> [LocatedRepair] {
        // From here on, nothing was left out: the end of what is kept, as far as it has no hole.
        var start = candidates.uncovered
        if let kept, var first = kept.last {
            for index in kept.reversed().dropFirst() where index == first - 1 { first = index }
            start = max(start, candidates.units[first].position)
        }
        return candidates.repairs.compactMap { repair in
            let isLeftIn =
                repair.isRequired || present.contains(repair.position)
                || (repair.position >= start && !candidates.covered.contains(repair.position))
            guard isLeftIn else { return nil }
            guard let target = repair.target, !present.contains(target) else { return repair }
            // The call that the result was moved to was left out: it has none in this context.
            var repair = repair
            repair.repair = Repair(
                kind: .droppedResult,
                entry: repair.repair.entry,
                callID: repair.repair.callID
            )
            return repair
        }
    }

    /// Returns the messages that a budget has no room for and how many entries they reach over; `nil` if there is room.
    ///
    /// It leaves half of the budget free, so that there is not something to summarize with every turn. The question
    /// that the turn is about, and what came after it, is never among them.
    func overflow(_ policy: ContextPolicy<Message>) -> (messages: [Message], entryCount: Int)? {
        guard fittedCandidates(policy).kept != nil else { return nil }
        var half = policy
        half.maximumMessages = policy.maximumMessages.map { $0 / 2 }
        half.maximumTokens = policy.maximumTokens.map { $0 / 2 }
        let (candidates, fitted) = wholeCandidates(half)
        let units = candidates.units
        let kept = Set(fitted ?? Array(units.indices))
        let end = candidates.question(in: self) ?? units.count - 1
        // What is kept without a hole up to the end stays as it is; what stands before it is covered.
        guard let last = units[..<max(0, end)].indices.last(where: { !kept.contains($0) }) else { return nil }
        let start = units[last + 1].position
        guard start > 0 else { return nil }
        let covered = units[...last].filter { !$0.isRequired || $0.isSummary }.flatMap(\.items)
        return (ContextRepair.finished(covered, isPart: true, policy: nil).messages, start)
    }

    /// The id of the last of some entries of an earlier snapshot that is still there; `nil` if none of them is.
    ///
    /// - Parameters:
    ///   - count: How many entries of the earlier snapshot to look for, from its beginning.
    ///   - earlier: The earlier snapshot.
    func lastRemaining(ofFirst count: Int, in earlier: ConversationSnapshot<Message>) -> EntryID? {
        var ids: Set<EntryID>?
        for position in (0..<Swift.min(count, earlier.entries.count)).reversed() {
            let id = earlier.entries.box(at: position).value.id
            if ids?.contains(id) ?? (self.position(of: id) != nil) { return id }
            if ids == nil { ids = Set(entries.indices.lazy.map { entries.box(at: $0).value.id }) }
        }
        return nil
    }
}
