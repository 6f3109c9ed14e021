/// A repair of a list of messages by the rules that ``Repair`` lists, so that models accept it.
///
/// This file has the rules for calls and results. An exchange is a question and the messages up to the next question. A
/// result belongs to the nearest call with its id before it in its exchange, or else to one after it in its exchange,
/// or else to the nearest one in an earlier exchange. So if each turn uses the same ids, a result doesn't answer the
/// call of another turn.
///
/// The repair is deterministic and depends only on the messages. It returns a list that needs no repair unchanged, and
/// so also a list that it has repaired before. The cost grows with the number of parts, except that a message whose
/// results answer calls of several messages is read once for each of those messages.
struct ContextRepair<Message: HistoryMessage> {
    /// A call or a result: the index of its message, and its index among that message's calls or results.
    private struct Part: Hashable {
        var message: Int
        var index: Int
    }

    /// The id and the exchange that a result and its call share.
    private struct Key: Hashable {
        var id: String
        var exchange: Int
    }

    /// The unanswered calls with one id.
    private struct OpenCalls {
        private var messages: [(position: Int, indices: Queue<Int>)] = []

        mutating func append(_ call: Part) {
            if messages.last?.position != call.message { messages.append((call.message, Queue())) }
            messages[messages.count - 1].indices.append(call.index)
        }

        /// Removes and returns the first unanswered call of the last message that has one.
        mutating func takeNearest() -> Part? {
            guard let position = messages.last?.position,
                let index = messages[messages.count - 1].indices.removeFirst()
            else { return nil }
            if messages[messages.count - 1].indices.first == nil { messages.removeLast() }
            return Part(message: position, index: index)
        }
    }

    private let items: [ContextItem<Message>]
    private let calls: [[String]]
    private let results: [[String]]
    private var repairs: [LocatedRepair]
    private var output: [ContextItem<Message>] = []

    /// The result of each call; `callOfResult` is the inverse.
    private var resultOfCall: [Part: Part] = [:]
    private var callOfResult: [Part: Part] = [:]
    /// For each message with calls, the end of the result messages directly after it that answer them.
    private var resultsEnd: [Int: Int] = [:]

    /// Repairs a list of messages by all rules that don't depend on which messages the budget keeps.
    static func repaired(_ items: [ContextItem<Message>]) -> (items: [ContextItem<Message>], repairs: [LocatedRepair]) {
        var repairs: [LocatedRepair] = []
        var items = withoutUnusableParts(items, &repairs)
        var repair = ContextRepair(items, repairs)
        if !repair.isSound {
            repair.match()
            repair.findResultsInPlace()
            repair.emit()
            (items, repairs) = (repair.output, repair.repairs)
        }
        // A message may have nothing but reasoning left after its calls were left out.
        return (withoutTrailingReasoning(items, &repairs), repairs)
    }

    private init(_ items: [ContextItem<Message>], _ repairs: [LocatedRepair]) {
        self.items = items
        self.repairs = repairs
        calls = items.map(\.message.toolCallIDs)
        results = items.map(\.message.toolResultIDs)
    }

    /// Whether the calls and results need no repair.
    private var isSound: Bool {
        var open: [String: Int] = [:]
        for position in items.indices {
            // Only messages of results may stand between a call and its result.
            if !open.isEmpty, results[position].isEmpty || !calls[position].isEmpty { return false }
            for id in results[position] {
                guard let count = open[id] else { return false }
                open[id] = count == 1 ? nil : count - 1
            }
            for id in calls[position] { open[id, default: 0] += 1 }
        }
        return open.isEmpty
    }

    /// Matches the results with the calls.
    private mutating func match() {
        var exchanges: [Int] = []
        for item in items { exchanges.append((exchanges.last ?? 0) + (item.isQuestion ? 1 : 0)) }
        matchForward(exchanges)
        matchBackward(exchanges)
        matchForward(items.map { _ in 0 })
    }

    /// Matches results with earlier calls in their exchange.
    private mutating func matchForward(_ exchanges: [Int]) {
        var open: [Key: OpenCalls] = [:]
        for position in items.indices {
            for (index, id) in results[position].enumerated() {
                let result = Part(message: position, index: index)
                guard callOfResult[result] == nil else { continue }
                let call = open[Key(id: id, exchange: exchanges[position])]?.takeNearest()
                if let call { pair(call, result) }
            }
            for (index, id) in calls[position].enumerated() {
                let call = Part(message: position, index: index)
                guard resultOfCall[call] == nil else { continue }
                open[Key(id: id, exchange: exchanges[position]), default: OpenCalls()].append(call)
            }
        }
    }

    /// Matches the remaining results with later calls in their exchange.
    private mutating func matchBackward(_ exchanges: [Int]) {
        var left: [Key: Queue<Part>] = [:]
        for position in items.indices {
            for (index, id) in results[position].enumerated() {
                let result = Part(message: position, index: index)
                guard callOfResult[result] == nil else { continue }
                left[Key(id: id, exchange: exchanges[position]), default: Queue()].append(result)
            }
            for (index, id) in calls[position].enumerated() {
                let call = Part(message: position, index: index)
                let key = Key(id: id, exchange: exchanges[position])
                guard resultOfCall[call] == nil, let result = left[key]?.removeFirst() else { continue }
                pair(call, result)
            }
        }
    }

    private mutating func pair(_ call: Part, _ result: Part) {
        resultOfCall[call] = result
        callOfResult[result] = call
    }

    /// Finds the results that already follow the message of their calls directly.
    private mutating func findResultsInPlace() {
        for caller in items.indices where !calls[caller].isEmpty {
            var end = caller + 1
            while end < items.count, calls[end].isEmpty,
                results[end].indices.contains(where: {
                    callOfResult[Part(message: end, index: $0)]?.message == caller
                })
            { end += 1 }
            resultsEnd[caller] = end
        }
    }

    /// Returns whether a result already follows the message of its call directly.
    private func isInPlace(_ result: Part, of caller: Int) -> Bool {
        result.message > caller && result.message < resultsEnd[caller] ?? 0
    }

    /// Writes the repaired list: each message, then the results of its calls.
    private mutating func emit() {
        var position = 0
        while position < items.count {
            let caller = position
            emitMessage(caller, droppingCalls: droppedCalls(of: caller))
            position += 1
            guard let end = resultsEnd[caller] else { continue }
            // The results that are already in place come first, in their own messages.
            while position < end {
                emitMessage(position, droppingCalls: [])
                position += 1
            }
            emitMovedResults(of: caller)
            emitMadeUpResults(of: caller)
        }
    }

    /// Returns the unanswered calls of a message if the message type has no placeholder result.
    private func droppedCalls(of position: Int) -> Set<Int> {
        let unanswered = unansweredCalls(of: position)
        let ids = unanswered.map { calls[position][$0] }
        guard !ids.isEmpty, Message.placeholderResult(forCallIDs: ids) == nil else { return [] }
        return Set(unanswered)
    }

    private func unansweredCalls(of position: Int) -> [Int] {
        calls[position].indices.filter { resultOfCall[Part(message: position, index: $0)] == nil }
    }

    /// Writes a message with the calls that stay and the results that are in place.
    private mutating func emitMessage(_ position: Int, droppingCalls dropped: Set<Int>) {
        let callIDs = calls[position].indices.map { index -> String? in
            guard !dropped.contains(index) else {
                repairs.append(LocatedRepair(.droppedCall, items[position], callID: calls[position][index]))
                return nil
            }
            return calls[position][index]
        }
        let resultIDs = results[position].indices.map { index -> String? in
            let result = Part(message: position, index: index)
            guard let call = callOfResult[result] else {
                repairs.append(LocatedRepair(.droppedResult, items[position], callID: results[position][index]))
                return nil
            }
            guard isInPlace(result, of: call.message) else {
                let target = items[call.message].position
                repairs.append(
                    LocatedRepair(.movedResult, items[position], callID: results[position][index], target: target)
                )
                return nil
            }
            return results[position][index]
        }
        if callIDs == calls[position], resultIDs == results[position] {
            output.append(items[position])
        } else {
            append(items[position], callIDs: callIDs, resultIDs: resultIDs, keepingRest: true)
        }
    }

    /// Writes the results of a message's calls that aren't in place.
    private mutating func emitMovedResults(of caller: Int) {
        var moved: [Int: [Int: String]] = [:]
        for (index, id) in calls[caller].enumerated() {
            let call = Part(message: caller, index: index)
            guard let result = resultOfCall[call], !isInPlace(result, of: caller) else { continue }
            moved[result.message, default: [:]][result.index] = id
        }
        for (position, ids) in moved.sorted(by: { $0.key < $1.key }) {
            var item = items[position]
            item.isMoved = true
            append(
                item,
                callIDs: calls[position].map { _ in nil },
                resultIDs: results[position].indices.map { ids[$0] },
                keepingRest: false
            )
        }
    }

    private mutating func emitMadeUpResults(of caller: Int) {
        let unanswered = unansweredCalls(of: caller)
        let ids = unanswered.map { calls[caller][$0] }
        guard !ids.isEmpty, let message = Message.placeholderResult(forCallIDs: ids) else { return }
        for index in unanswered {
            repairs.append(LocatedRepair(.madeUpResult, items[caller], callID: calls[caller][index]))
        }
        output.append(items[caller].replaced(by: message))
    }

    private mutating func append(
        _ item: ContextItem<Message>,
        callIDs: [String?],
        resultIDs: [String?],
        keepingRest: Bool
    ) {
        let message = item.message.withToolParts(callIDs: callIDs, resultIDs: resultIDs, keepingRest: keepingRest)
        if let message { output.append(item.replaced(by: message)) }
    }
}

/// The rules for the parts of a single message.
extension ContextRepair {
    /// Leaves out empty and cut-off parts, and messages that have no other parts.
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

    /// Leaves out the reasoning at the end of each message that isn't followed by one with the same role.
    static func withoutTrailingReasoning(
        _ items: [ContextItem<Message>],
        _ repairs: inout [LocatedRepair]
    ) -> [ContextItem<Message>] {
        var changed: [Int: Message?] = [:]
        // Goes backward, because a message that is left out no longer follows the one before it.
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
    /// Returns this item with another message.
    func replaced(by message: Message) -> ContextItem {
        var item = self
        item.message = message
        return item
    }
}
