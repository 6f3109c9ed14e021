/// Chooses what fits a budget.
struct ContextFitting<Message: HistoryMessage> {
    private let policy: ContextPolicy<Message>

    init(policy: ContextPolicy<Message>) { self.policy = policy }

    /// Returns the positions, among some units, of those that fit; `nil` if all of them do.
    ///
    /// What must be there is always among them, so are the last question and the last unit.
    ///
    /// Only the required units and those at the end are looked at: the answer is the same, whatever else there is
    /// before the first one that does not fit.
    func fitted(_ units: [ContextUnit<Message>]) -> [Int]? {
        let question = units.lastIndex(where: \.isQuestion) ?? 0
        func isFixed(_ index: Int) -> Bool {
            units[index].isRequired || (index == question && units[index].isQuestion) || index == units.count - 1
        }
        var room = Room(policy)
        var kept = units.indices.filter(isFixed)
        for index in kept { room.take(units[index]) }
        // From the end, without a hole: the first unit that does not fit ends it.
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
        // What is left of an older turn without its question is no beginning.
        while let first = tail.last, first < question, !units[first].isQuestion { tail.removeLast() }
        kept += tail
        return kept.sorted()
    }
}

extension ContextFitting {
    /// What of a budget is left.
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
            messages -= unit.items.count
            guard policy.maximumTokens != nil else { return }
            for item in unit.items {
                let (rest, overflow) = tokens.subtractingReportingOverflow(policy.countTokens(item.message))
                tokens = overflow ? .min : rest
            }
        }
    }
}
