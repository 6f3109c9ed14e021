/// The messages of a history that may go to the model before a budget applies.
///
/// They are repaired, and a summary replaces the messages that it covers.
struct ContextCandidates<Message: HistoryMessage> {
    /// The candidates, oldest first.
    private(set) var units: [ContextUnit<Message>] = []
    private(set) var repairs: [LocatedRepair] = []
    /// The position of the first entry that no summary covers.
    let uncovered: Int
    /// The positions, from ``uncovered`` on, of results whose calls a summary covers.
    private(set) var covered: Set<Int> = []
    /// Whether the history has no other candidates.
    let areComplete: Bool

    /// Finds all candidates of a history.
    init(_ snapshot: ConversationSnapshot<Message>) {
        let summary = snapshot.lastSummary()
        uncovered = summary.map { $0.reach + 1 } ?? 0
        areComplete = true
        add(Self.items(of: snapshot, in: snapshot.entries.indices), covering: summary)
    }

    /// Finds the candidates among the last entries, and the required ones before them.
    ///
    /// The candidates and their repairs are the same as in the whole history, because the examined tail begins with a
    /// question. No repair crosses a question, except one that moves a result out of the tail.
    ///
    /// - Parameters:
    ///   - snapshot: The history.
    ///   - count: The minimum number of entries to examine.
    /// - Returns: `nil` if the whole history must be examined.
    init?(_ snapshot: ConversationSnapshot<Message>, lookingAtLast count: Int) {
        let summary = snapshot.lastSummary()
        uncovered = summary.map { $0.reach + 1 } ?? 0
        guard let begin = Self.firstMessage(of: snapshot, from: uncovered) else { return nil }
        let latest = max(begin, snapshot.entries.count - count)
        guard let start = Self.lastQuestion(of: snapshot, in: begin...latest) else { return nil }
        areComplete = start == begin
        let tail = Self.items(of: snapshot, in: start..<snapshot.entries.count)
        let count = snapshot.counts.required - tail.count(where: \.isRequired)
        guard var early = Self.required(of: snapshot, count: count, before: start),
            let question = Self.turnQuestion(of: snapshot, before: start, uncovered: uncovered, tail: tail)
        else { return nil }
        let place = question.first.flatMap { question in early.firstIndex { $0.position > question.position } }
        early.insert(contentsOf: question, at: place ?? early.count)
        add(early + tail, covering: summary)
        // The call of a required result may stand before the tail.
        let lost = Set(repairs.lazy.filter { $0.repair.kind == .droppedResult }.map(\.position))
        guard lost.isEmpty || !tail.contains(where: { $0.isRequired && lost.contains($0.position) }) else { return nil }
    }

    /// Returns the index of the unit with the question that the model should answer, or `nil` if there is no question.
    ///
    /// During a turn, it is the message that began the turn, even if the loop has appended user messages since. Outside
    /// of a turn, it is the last question appended after the last turn, or else the message that began that turn. In a
    /// history without turns, it is the last question.
    func question(in snapshot: ConversationSnapshot<Message>) -> Int? {
        let last = units.lastIndex(where: \.isQuestion)
        guard let turn = snapshot.latestTurn,
            let first = units.firstIndex(where: { turn.contains($0.position) && $0.beginsTurn })
        else { return last }
        if let last, units[last].position >= turn.upperBound { return last }
        return first
    }

    private mutating func add(
        _ items: [ContextItem<Message>],
        covering summary: (item: ContextItem<Message>?, reach: Int)?
    ) {
        let repaired: [ContextItem<Message>]
        (repaired, repairs) = ContextRepair.repaired(items)
        units = ContextUnit.units(of: repaired)
        guard let summary else { return }
        units.removeAll { unit in
            guard unit.position <= summary.reach, !unit.isRequired else { return false }
            for item in unit.items where !item.isMoved && item.position > summary.reach {
                covered.insert(item.position)
            }
            return true
        }
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

    /// Returns the position of the last question in a range.
    private static func lastQuestion(of snapshot: ConversationSnapshot<Message>, in range: ClosedRange<Int>) -> Int? {
        range.last { position in
            let item = ContextItem(snapshot.entries.box(at: position).value, at: position)
            return item?.isQuestion == true && item?.cleaned() != nil
        }
    }

    /// Finds the message that began the latest turn, if it stands before the examined tail.
    ///
    /// - Parameters:
    ///   - snapshot: The history.
    ///   - end: The position of the first message in the tail.
    ///   - uncovered: The position of the first entry that no summary covers.
    ///   - tail: The messages of the tail; the first is a question.
    /// - Returns: The message, or an empty array if the context needs no such message in addition to the tail and the
    ///   required messages; `nil` if the whole history must be examined.
    private static func turnQuestion(
        of snapshot: ConversationSnapshot<Message>,
        before end: Int,
        uncovered: Int,
        tail: [ContextItem<Message>]
    ) -> [ContextItem<Message>]? {
        guard let turn = snapshot.latestTurn, turn.lowerBound < end else { return [] }
        guard let last = tail.last(where: { $0.isQuestion && $0.cleaned() != nil }) else { return nil }
        // A repair may leave nothing of a question that contains calls.
        guard last.message.toolCallIDs.isEmpty else { return nil }
        guard last.position < turn.upperBound else { return [] }
        for position in turn.clamped(to: 0..<end) {
            let item = ContextItem(snapshot.entries.box(at: position).value, at: position)
            guard let item, item.isRequired || position >= uncovered, item.beginsTurn, let cleaned = item.cleaned()
            else { continue }
            guard item.message.toolCallIDs.isEmpty, cleaned.message.withoutTrailingReasoning() == cleaned.message else {
                return nil
            }
            return item.isRequired ? [] : [item]
        }
        return []
    }

    private static func firstMessage(of snapshot: ConversationSnapshot<Message>, from first: Int) -> Int? {
        (first..<snapshot.entries.count).first { snapshot.entries.box(at: $0).value.message != nil }
    }

    /// Finds the required messages before the tail, each with its call or its results.
    ///
    /// - Returns: `nil` if the repair of one of them depends on the messages around it.
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
                // The messages after it decide whether reasoning at its end may stay.
                guard item.message.withoutTrailingReasoning() == item.message else { return nil }
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

    /// Returns a message with calls and the results directly after it, or `nil` if they don't answer each call once.
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
        let harmless: Set<Repair.Kind> = [.droppedEmptyPart, .droppedCutOffPart]
        guard repaired.count == items.count, repairs.allSatisfy({ harmless.contains($0.repair.kind) }) else {
            return nil
        }
        return items.contains { $0.position == position } ? items : nil
    }
}

extension ConversationSnapshot {
    /// Returns the newest summary whose reach is known, as a message, and the position of the last entry it covers.
    func lastSummary() -> (item: ContextItem<Message>?, reach: Int)? {
        guard counts.summaries > 0 else { return nil }
        // Built after the first failed search, so that many summaries of unknown reach cost no more than one.
        var positions: [EntryID: Int]?
        for position in entries.indices.reversed() {
            let entry = entries.box(at: position).value
            guard let summary = entry.summary else { continue }
            let reach: Int?
            if let positions { reach = positions[summary.through] } else { reach = self.position(of: summary.through) }
            guard let reach else {
                positions = positions ?? lastPositions()
                continue
            }
            let item = summary.message.asSummary.map {
                ContextItem(message: $0, isRequired: true, entry: entry.id, position: position)
            }
            return (item, reach)
        }
        return nil
    }

    /// Returns, for each id, the position of the last entry with that id.
    private func lastPositions() -> [EntryID: Int] {
        var positions: [EntryID: Int] = [:]
        for position in entries.indices { positions[entries.box(at: position).value.id] = position }
        return positions
    }

    /// The positions of the running turn, or else of the last turn; `nil` if there are no turns.
    var latestTurn: Range<Int>? {
        guard let openTurn else { return turns.last { !$0.entries.isEmpty }?.entries }
        let start = openTurn.entries.lowerBound
        return start..<Swift.max(start, entries.count)
    }
}

extension HistoryMessage {
    /// This message as a summary in a context; `nil` if no content for a model is left.
    var asSummary: Self? { withoutToolParts()?.withoutEmptyParts()?.withoutTrailingReasoning() }

    /// Returns this message without its calls and results, or `nil` if nothing is left of it.
    func withoutToolParts() -> Self? {
        let (calls, results) = (toolCallIDs, toolResultIDs)
        guard !calls.isEmpty || !results.isEmpty else { return self }
        return withToolParts(callIDs: calls.map { _ in nil }, resultIDs: results.map { _ in nil }, keepingRest: true)
    }
}
