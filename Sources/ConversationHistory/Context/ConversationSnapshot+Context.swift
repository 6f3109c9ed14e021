extension ConversationSnapshot {
    /// Returns the part of the history that goes to the model, repaired and fitted to a budget.
    ///
    /// The snapshot itself doesn't change. The same snapshot and policy always give the same context. With a budget,
    /// the time depends on the budget rather than on the length of the history.
    public func context(_ policy: ContextPolicy<Message> = .everything) -> ModelContext<Message> {
        // Naming the type lets the compiler specialize the work for each message.
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

    /// Returns the context by examining the whole history, even with a budget.
    ///
    /// This defines the result of ``context(_:)``.
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

    /// Returns the candidates that fit the budget, and examines no more of the history's end than necessary.
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
            // Without repairs, each item is a separate message.
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
    ///   - candidates: The candidates.
    ///   - kept: The indices of the units that were kept; `nil` for all.
    ///   - present: The positions of the messages in the kept units.
    private func repairs(
        of candidates: ContextCandidates<Message>,
        kept: [Int]?,
        present: Set<Int>
    ) -> [LocatedRepair] {
        // From this position on, nothing was left out: it begins the last kept units without a gap.
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
            // The call that the result was moved to was left out, so the result has no call in this context.
            var repair = repair
            repair.repair = Repair(
                kind: .droppedResult,
                entry: repair.repair.entry,
                callID: repair.repair.callID
            )
            return repair
        }
    }

    /// Returns the messages that exceed a budget and the number of entries that they span, or `nil` if all fit.
    ///
    /// Half of the budget stays free, so that not every turn needs a summary. The messages never include the turn's
    /// question and the messages after it.
    func overflow(_ policy: ContextPolicy<Message>) -> (messages: [Message], entryCount: Int)? {
        guard fittedCandidates(policy).kept != nil else { return nil }
        var half = policy
        half.maximumMessages = policy.maximumMessages.map { $0 / 2 }
        half.maximumTokens = policy.maximumTokens.map { $0 / 2 }
        let (candidates, fitted) = wholeCandidates(half)
        let units = candidates.units
        let kept = Set(fitted ?? Array(units.indices))
        let end = candidates.question(in: self) ?? units.count - 1
        // The units after the last one that isn't kept stay as they are; a summary covers everything before them.
        guard let last = units[..<max(0, end)].indices.last(where: { !kept.contains($0) }) else { return nil }
        let start = units[last + 1].position
        guard start > 0 else { return nil }
        let covered = units[...last].filter { !$0.isRequired || $0.isSummary }.flatMap(\.items)
        return (ContextRepair.finished(covered, isPart: true, policy: nil).messages, start)
    }

    /// Returns the id of the last of an earlier snapshot's first entries that still exists, or `nil` if none does.
    ///
    /// - Parameters:
    ///   - count: The number of entries to search, from the beginning of the earlier snapshot.
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
