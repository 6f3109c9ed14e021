/// What of a history may go to the model before a budget is looked at: repaired, with a summary in the place of what it
/// covers.
struct ContextCandidates<Message: HistoryMessage> {
    /// What may go to the model, oldest first.
    private(set) var units: [ContextUnit<Message>] = []
    private(set) var repairs: [Repair] = []
    /// Whether there are no others.
    let areComplete: Bool

    /// Finds all of them.
    init(_ snapshot: ConversationSnapshot<Message>) {
        areComplete = true
        add(Self.items(of: snapshot, in: snapshot.entries.indices), covering: snapshot.lastSummary())
    }

    /// Finds those among the last entries, and those that must be in every context.
    ///
    /// They are the same as among all that there are, and are repaired in the same way: the end that is looked at
    /// begins with a question, over which no repair reaches but to move a result out of it.
    ///
    /// - Parameters:
    ///   - snapshot: The history.
    ///   - count: How many entries to look at, at least.
    /// - Returns: `nil` if that is not possible, and the whole history must be looked at.
    init?(_ snapshot: ConversationSnapshot<Message>, lookingAtLast count: Int) {
        let summary = snapshot.lastSummary()
        let first = summary.map { $0.reach + 1 } ?? 0
        guard let begin = Self.firstMessage(of: snapshot, from: first) else { return nil }
        let latest = max(begin, snapshot.entries.count - count)
        guard let start = Self.lastQuestion(of: snapshot, in: begin...latest) else { return nil }
        areComplete = start == begin
        let tail = Self.items(of: snapshot, in: start..<snapshot.entries.count)
        let count = snapshot.counts.required - tail.count(where: \.isRequired)
        guard let required = Self.required(of: snapshot, count: count, before: start) else { return nil }
        add(required + tail, covering: summary)
        // A result that must be there may have its call before the end that was looked at.
        let lost = Set(repairs.lazy.filter { $0.kind == .droppedResult }.map(\.entry))
        guard lost.isEmpty || !tail.contains(where: { $0.isRequired && lost.contains($0.entry) }) else { return nil }
    }

    private mutating func add(
        _ items: [ContextItem<Message>],
        covering summary: (item: ContextItem<Message>?, reach: Int)?
    ) {
        let repaired: [ContextItem<Message>]
        (repaired, repairs) = ContextRepair.repaired(items)
        units = ContextUnit.units(of: repaired)
        guard let summary else { return }
        units.removeAll { $0.position <= summary.reach && !$0.isRequired }
        guard let item = summary.item else { return }
        let place = units.firstIndex { $0.position > summary.reach } ?? units.count
        units.insert(ContextUnit(item, isSummary: true), at: place)
    }

    private static func items(
        of snapshot: ConversationSnapshot<Message>,
        in range: Range<Int>
    ) -> [ContextItem<Message>] {
        var items: [ContextItem<Message>] = []
        items.reserveCapacity(range.count)
        for position in range {
            if let item = ContextItem(snapshot.entries.box(at: position).value, at: position) { items.append(item) }
        }
        return items
    }

    /// The position of the last question in a range.
    private static func lastQuestion(of snapshot: ConversationSnapshot<Message>, in range: ClosedRange<Int>) -> Int? {
        range.last { position in
            let item = ContextItem(snapshot.entries.box(at: position).value, at: position)
            return item?.isQuestion == true && item?.message.withoutEmptyParts() != nil
        }
    }

    private static func firstMessage(of snapshot: ConversationSnapshot<Message>, from first: Int) -> Int? {
        (first..<snapshot.entries.count).first { snapshot.entries.box(at: $0).value.message != nil }
    }

    /// Finds the messages that must be in every context, each with the call or the results that it belongs to.
    ///
    /// - Returns: `nil` if one of them is a call or a result that would have to be repaired.
    private static func required(
        of snapshot: ConversationSnapshot<Message>,
        count: Int,
        before end: Int
    ) -> [ContextItem<Message>]? {
        var items: [ContextItem<Message>] = []
        var found = 0
        var position = 0
        while found < count, position < end {
            let entry = snapshot.entries.box(at: position).value
            guard entry.isRequired, let item = ContextItem(entry, at: position) else {
                position += 1
                continue
            }
            guard !item.message.toolCallIDs.isEmpty || !item.message.toolResultIDs.isEmpty else {
                items.append(item)
                found += 1
                position += 1
                continue
            }
            guard let exchange = exchange(of: snapshot, around: position, before: end) else { return nil }
            items += exchange
            found += exchange.count(where: \.isRequired)
            position = (exchange.last?.position ?? position) + 1
        }
        return items
    }

    /// Returns a message with calls and the results right behind it; `nil` unless they answer each of them once.
    private static func exchange(
        of snapshot: ConversationSnapshot<Message>,
        around position: Int,
        before end: Int
    ) -> [ContextItem<Message>]? {
        func item(_ position: Int) -> ContextItem<Message>? {
            ContextItem(snapshot.entries.box(at: position).value, at: position)
        }
        func isResult(_ item: ContextItem<Message>?) -> Bool { item?.message.toolResultIDs.isEmpty == false }
        let start = (0...position).last { item($0) != nil && !isResult(item($0)) }
        guard let start, let caller = item(start) else { return nil }
        var items = [caller]
        for next in start + 1..<max(start + 1, end) {
            guard let result = item(next) else { continue }
            guard isResult(result) else { break }
            items.append(result)
        }
        let (repaired, repairs) = ContextRepair.repaired(items)
        guard repaired.count == items.count, repairs.allSatisfy({ $0.kind == .droppedEmptyPart }) else { return nil }
        return items.contains { $0.position == position } ? items : nil
    }
}

extension ConversationSnapshot {
    /// The newest summary whose reach is known, as a message, and the position that it reaches to.
    func lastSummary() -> (item: ContextItem<Message>?, reach: Int)? {
        guard counts.summaries > 0 else { return nil }
        for position in entries.indices.reversed() {
            let entry = entries.box(at: position).value
            guard let summary = entry.summary, let reach = self.position(of: summary.through) else { continue }
            let message = summary.message.withoutToolParts()?.withoutEmptyParts()
            let item = message.map { ContextItem(message: $0, isRequired: true, entry: entry.id, position: position) }
            return (item, reach)
        }
        return nil
    }
}

extension HistoryMessage {
    /// This message without its calls and results; `nil` if nothing is left of it.
    func withoutToolParts() -> Self? {
        let (calls, results) = (toolCallIDs, toolResultIDs)
        guard !calls.isEmpty || !results.isEmpty else { return self }
        return withToolParts(callIDs: calls.map { _ in nil }, resultIDs: results.map { _ in nil }, keepingRest: true)
    }
}
