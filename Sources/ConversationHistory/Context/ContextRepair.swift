/// Makes a list of messages one that models accept: the rules that ``Repair`` lists, and here those about calls and results.
///
/// A result belongs to the nearest call of its id before it in its exchange, that is since the last question; if there
/// is none, to one behind it in its exchange; if there is none, to the nearest before that. So where ids are used again
/// in each turn, it does not become the answer to another call.
///
/// It depends on nothing but the messages, gives the same answer each time, and leaves a list that it has repaired as
/// it is. A list in which nothing is wrong is returned unchanged. What it costs grows with the number of parts; only a
/// message whose results answer calls of several messages is read once for each of them.
struct ContextRepair<Message: HistoryMessage> {
    /// A call or a result: the message that it stands in, and its place among the calls or the results there.
    private struct Part: Hashable {
        var message: Int
        var index: Int
    }

    /// What a result and its call have in common.
    private struct Key: Hashable {
        var id: String
        var exchange: Int
    }

    /// Calls of one id that are yet to be answered.
    private struct OpenCalls {
        private var messages: [(position: Int, indices: Queue<Int>)] = []

        mutating func append(_ call: Part) {
            if messages.last?.position != call.message { messages.append((call.message, Queue())) }
            messages[messages.count - 1].indices.append(call.index)
        }

        /// Takes the first call of the last message that has one.
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

    /// For each call its result, and the other way round.
    private var resultOfCall: [Part: Part] = [:]
    private var callOfResult: [Part: Part] = [:]
    /// For each message with calls, the end of the messages of results right behind it that answer them.
    private var resultsEnd: [Int: Int] = [:]

    /// Repairs a list of messages, all but for the rules that depend on what else the model is given.
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
        // Reasoning may have been all that was left of a message whose calls were left out.
        return (withoutTrailingReasoning(items, &repairs), repairs)
    }

    private init(_ items: [ContextItem<Message>], _ repairs: [LocatedRepair]) {
        self.items = items
        self.repairs = repairs
        calls = items.map(\.message.toolCallIDs)
        results = items.map(\.message.toolResultIDs)
    }

    /// Whether there is nothing to repair.
    private var isSound: Bool {
        var open: [String: Int] = [:]
        for position in items.indices {
            // What is neither a call nor a result may not stand between a call and its result.
            if !open.isEmpty, results[position].isEmpty || !calls[position].isEmpty { return false }
            for id in results[position] {
                guard let count = open[id] else { return false }
                open[id] = count == 1 ? nil : count - 1
            }
            for id in calls[position] { open[id, default: 0] += 1 }
        }
        return open.isEmpty
    }

    /// Finds the result of each call.
    private mutating func match() {
        var exchanges: [Int] = []
        for item in items { exchanges.append((exchanges.last ?? 0) + (item.isQuestion ? 1 : 0)) }
        matchForward(exchanges)
        matchBackward(exchanges)
        matchForward(items.map { _ in 0 })
    }

    /// Gives results to the calls before them in their exchange.
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

    /// Gives results to the calls behind them in their exchange, where none is left before them.
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

    /// Finds the results that stand where they belong, in messages of results right behind that of their calls.
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

    /// Whether a result of a message's calls stands where it belongs.
    private func isInPlace(_ result: Part, of caller: Int) -> Bool {
        result.message > caller && result.message < resultsEnd[caller] ?? 0
    }

    /// Writes the list anew: each message that has calls, then what answers them.
    private mutating func emit() {
        var position = 0
        while position < items.count {
            let caller = position
            emitMessage(caller, droppingCalls: droppedCalls(of: caller))
            position += 1
            guard let end = resultsEnd[caller] else { continue }
            // The results that stand where they belong come first, in the messages that they stand in.
            while position < end {
                emitMessage(position, droppingCalls: [])
                position += 1
            }
            emitMovedResults(of: caller)
            emitMadeUpResults(of: caller)
        }
    }

    /// The calls of a message that have no result, if the message type cannot make one up.
    private func droppedCalls(of position: Int) -> Set<Int> {
        let unanswered = unansweredCalls(of: position)
        let ids = unanswered.map { calls[position][$0] }
        guard !ids.isEmpty, Message.placeholderResult(forCallIDs: ids) == nil else { return [] }
        return Set(unanswered)
    }

    private func unansweredCalls(of position: Int) -> [Int] {
        calls[position].indices.filter { resultOfCall[Part(message: position, index: $0)] == nil }
    }

    /// Writes a message with the calls that stay, and the results that stand where they belong.
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

    /// Writes those results of a message's calls that stand elsewhere.
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

/// The rules about the parts of a single message.
extension ContextRepair {
    /// Leaves out the parts that are empty or cut off, and the messages of which nothing is left.
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

    /// Leaves out reasoning at the end of messages that no message of the same role follows.
    static func withoutTrailingReasoning(
        _ items: [ContextItem<Message>],
        _ repairs: inout [LocatedRepair]
    ) -> [ContextItem<Message>] {
        var changed: [Int: Message?] = [:]
        // From the end, since a message of which nothing is left follows no other.
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
    /// This item with another message.
    func replaced(by message: Message) -> ContextItem {
        var item = self
        item.message = message
        return item
    }
}
