/// A selection of the units that fit a budget.
struct ContextFitting<Message: HistoryMessage> {
    private let policy: ContextPolicy<Message>

    init(policy: ContextPolicy<Message>) { self.policy = policy }

    /// Returns the indices of the units that fit, or `nil` if all of them fit.
    ///
    /// The required units, the question and the last unit are always included. The others are added backward from
    /// the end until one doesn't fit; those before that one don't affect the result.
    ///
    /// - Parameters:
    ///   - units: The candidates.
    ///   - question: The index of the question.
    ///   - isWhole: Whether the units are all candidates, so that the context begins with the first if all fit.
    func fitted(_ units: [ContextUnit<Message>], question: Int?, isWhole: Bool) -> [Int]? {
        let added = policy.continuation == nil ? 0 : (ContextRepair.endsWithModel(units.last) ? 1 : 0)
        let kept = fitted(units, question: question, adding: added)
        guard policy.continuation != nil, kept != nil || isWhole else { return kept }
        let beginsWithModel =
            kept.map { ContextRepair.beginsWithModel($0.lazy.map { units[$0] }) }
            ?? ContextRepair.beginsWithModel(units)
        return beginsWithModel ? fitted(units, question: question, adding: added + 1) : kept
    }

    /// Returns the indices of the units that fit together with a number of added continuations, or `nil` if all fit.
    private func fitted(_ units: [ContextUnit<Message>], question: Int?, adding added: Int) -> [Int]? {
        func isFixed(_ index: Int) -> Bool {
            units[index].isRequired || index == question || index == units.count - 1
        }
        var room = Room(policy)
        if let continuation = policy.continuation {
            for _ in 0..<added { room.take(continuation) }
        }
        var kept = units.indices.filter(isFixed)
        for index in kept { room.take(units[index]) }
        // Keeps units from the end, without a gap, until one doesn't fit.
        var tail: [Int] = []
        var isCut = false
        for index in units.indices.reversed() where !isFixed(index) {
            room.take(units[index])
            guard !room.isOverdrawn else {
                isCut = true
                break
            }
            tail.append(index)
        }
        guard isCut else { return nil }
        // A context must not begin with the rest of an older turn whose question was left out.
        while let first = tail.last, first < question ?? 0, !units[first].isQuestion { tail.removeLast() }
        kept += tail
        return kept.sorted()
    }
}

extension ContextFitting {
    /// The rest of a budget.
    private struct Room {
        private var messages: Int
        private var tokens: Int
        private let policy: ContextPolicy<Message>

        init(_ policy: ContextPolicy<Message>) {
            self.policy = policy
            messages = max(0, policy.maximumMessages ?? .max)
            tokens = max(0, policy.maximumTokens ?? .max)
        }

        var isOverdrawn: Bool { messages < 0 || tokens < 0 }

        mutating func take(_ unit: ContextUnit<Message>) {
            for item in unit.items { take(item.message) }
        }

        mutating func take(_ message: Message) {
            messages -= 1
            guard policy.maximumTokens != nil else { return }
            let (rest, overflow) = tokens.subtractingReportingOverflow(policy.countTokens(message))
            tokens = overflow ? .min : rest
        }
    }
}
