/// Chooses what of a repaired list fits a budget.
struct ContextFitting<Message: HistoryMessage> {
    /// Messages that must not be parted: a message that makes calls and the results behind it, or one message.
    private struct Unit {
        var range: Range<Int>
        var tokens: Int
        var isRequired: Bool
        /// Whether it is a message of the user, with which a context may begin.
        var isQuestion: Bool
    }

    private let policy: ContextPolicy<Message>

    init(policy: ContextPolicy<Message>) { self.policy = policy }

    /// Returns the positions of the messages that fit, in order.
    ///
    /// - Parameter items: A repaired list, in which the results of calls follow them at once.
    func fitted(_ items: [ContextItem<Message>]) -> [Int] {
        guard policy.hasBudget, exceedsBudget(items) else { return Array(items.indices) }
        let units = units(of: items)
        let question = units.lastIndex(where: \.isQuestion)
        var kept = Set(units.indices.filter { units[$0].isRequired || $0 == question || $0 == units.count - 1 })
        var messages = kept.reduce(0) { $0 + units[$1].range.count }
        var tokens = kept.reduce(0) { $0 + units[$1].tokens }
        // From the end, without a hole: the first unit that does not fit ends it.
        var tail: [Int] = []
        for index in units.indices.reversed() where !kept.contains(index) {
            messages += units[index].range.count
            tokens += units[index].tokens
            guard messages <= policy.maximumMessages ?? .max, tokens <= policy.maximumTokens ?? .max else { break }
            tail.append(index)
        }
        // What is left of an older turn without its question is no beginning.
        while let first = tail.last, first < question ?? 0, !units[first].isQuestion { tail.removeLast() }
        kept.formUnion(tail)
        return kept.sorted().flatMap { units[$0].range }
    }

    /// Whether the items are more than the budget allows.
    func exceedsBudget(_ items: [ContextItem<Message>]) -> Bool {
        if let maximum = policy.maximumMessages, items.count > maximum { return true }
        guard let maximum = policy.maximumTokens else { return false }
        var tokens = 0
        for item in items {
            tokens += policy.countTokens(item.message)
            if tokens > maximum { return true }
        }
        return false
    }

    private func units(of items: [ContextItem<Message>]) -> [Unit] {
        var units: [Unit] = []
        for (position, item) in items.enumerated() {
            let tokens = policy.maximumTokens == nil ? 0 : policy.countTokens(item.message)
            let isResult = !item.message.toolResultIDs.isEmpty
            if isResult, !units.isEmpty {
                units[units.count - 1].range = units[units.count - 1].range.lowerBound..<position + 1
                units[units.count - 1].tokens += tokens
                units[units.count - 1].isRequired = units[units.count - 1].isRequired || item.isRequired
            } else {
                units.append(
                    Unit(
                        range: position..<position + 1,
                        tokens: tokens,
                        isRequired: item.isRequired,
                        isQuestion: item.message.role == .user && !isResult
                    )
                )
            }
        }
        return units
    }
}
