/// Makes a list of messages one that models accept: each call is followed at once by its one result.
///
/// A result belongs to the nearest call of its id before it in its exchange, that is since the last question; if there
/// is none, to one behind it in its exchange; if there is none, to the nearest before that. So where ids are used again
/// in each turn, it does not become the answer to another call.
///
/// It depends on nothing but the messages, gives the same answer each time, and leaves a list that it has repaired as
/// it is. A list in which nothing is wrong is returned unchanged.
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

    private let items: [ContextItem<Message>]
    private let calls: [[String]]
    private let results: [[String]]
    private var repairs: [Repair]
    private var output: [ContextItem<Message>] = []

    /// For each call its result, and the other way round.
    private var resultOfCall: [Part: Part] = [:]
    private var callOfResult: [Part: Part] = [:]

    /// Repairs a list of messages.
    static func repaired(_ items: [ContextItem<Message>]) -> (items: [ContextItem<Message>], repairs: [Repair]) {
        var repairs: [Repair] = []
        let items = withoutEmptyParts(items, &repairs)
        var repair = ContextRepair(items, repairs)
        guard !repair.isSound else { return (items, repairs) }
        repair.match()
        repair.emit()
        return (repair.output, repair.repairs)
    }

    private init(_ items: [ContextItem<Message>], _ repairs: [Repair]) {
        self.items = items
        self.repairs = repairs
        calls = items.map(\.message.toolCallIDs)
        results = items.map(\.message.toolResultIDs)
    }

    private static func withoutEmptyParts(
        _ items: [ContextItem<Message>],
        _ repairs: inout [Repair]
    ) -> [ContextItem<Message>] {
        var kept: [ContextItem<Message>] = []
        kept.reserveCapacity(items.count)
        for item in items {
            let message = item.message.withoutEmptyParts()
            if message != item.message {
                repairs.append(Repair(kind: .droppedEmptyPart, entry: item.entry, callID: nil))
            }
            guard let message else { continue }
            var item = item
            item.message = message
            kept.append(item)
        }
        return kept
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
        var open: [Key: [Part]] = [:]
        for position in items.indices {
            for (index, id) in results[position].enumerated() {
                let result = Part(message: position, index: index)
                guard callOfResult[result] == nil else { continue }
                let call = Self.takeNearest(&open[Key(id: id, exchange: exchanges[position]), default: []])
                if let call { pair(call, result) }
            }
            for (index, id) in calls[position].enumerated() {
                let call = Part(message: position, index: index)
                guard resultOfCall[call] == nil else { continue }
                open[Key(id: id, exchange: exchanges[position]), default: []].append(call)
            }
        }
    }

    /// Gives results to the calls behind them in their exchange, where none is left before them.
    private mutating func matchBackward(_ exchanges: [Int]) {
        var left: [Key: [Part]] = [:]
        for position in items.indices {
            for (index, id) in results[position].enumerated() {
                let result = Part(message: position, index: index)
                guard callOfResult[result] == nil else { continue }
                left[Key(id: id, exchange: exchanges[position]), default: []].append(result)
            }
            for (index, id) in calls[position].enumerated() {
                let call = Part(message: position, index: index)
                let key = Key(id: id, exchange: exchanges[position])
                guard resultOfCall[call] == nil, left[key]?.isEmpty == false else { continue }
                if let result = left[key]?.removeFirst() { pair(call, result) }
            }
        }
    }

    /// Takes the first call of the last message that has one.
    private static func takeNearest(_ calls: inout [Part]) -> Part? {
        guard let last = calls.last, let place = calls.firstIndex(where: { $0.message == last.message }) else {
            return nil
        }
        return calls.remove(at: place)
    }

    private mutating func pair(_ call: Part, _ result: Part) {
        resultOfCall[call] = result
        callOfResult[result] = call
    }

    /// Writes the list anew: each message that has calls, then what answers them.
    private mutating func emit() {
        var position = 0
        while position < items.count {
            let caller = position
            emitMessage(caller, droppingCalls: droppedCalls(of: caller))
            position += 1
            guard !calls[caller].isEmpty else { continue }
            // The results that stand where they belong come first, in the messages that they stand in.
            while position < items.count, calls[position].isEmpty,
                results[position].indices.contains(where: { isInPlace(Part(message: position, index: $0), of: caller) })
            {
                emitMessage(position, droppingCalls: [])
                position += 1
            }
            emitMovedResults(of: caller)
            emitMadeUpResults(of: caller)
        }
    }

    /// Whether a result stands in one of the messages of results right behind the message of its call.
    private func isInPlace(_ result: Part, of caller: Int) -> Bool {
        guard callOfResult[result]?.message == caller, result.message > caller else { return false }
        return (caller + 1...result.message).allSatisfy { position in
            calls[position].isEmpty
                && results[position].indices.contains {
                    callOfResult[Part(message: position, index: $0)]?.message == caller
                }
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
                repairs.append(Repair(kind: .droppedCall, entry: items[position].entry, callID: calls[position][index]))
                return nil
            }
            return calls[position][index]
        }
        let resultIDs = results[position].indices.map { index -> String? in
            let result = Part(message: position, index: index)
            guard let call = callOfResult[result] else {
                repairs.append(
                    Repair(kind: .droppedResult, entry: items[position].entry, callID: results[position][index])
                )
                return nil
            }
            guard isInPlace(result, of: call.message) else {
                repairs.append(
                    Repair(kind: .movedResult, entry: items[position].entry, callID: results[position][index])
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
            append(
                items[position],
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
            repairs.append(Repair(kind: .madeUpResult, entry: items[caller].entry, callID: calls[caller][index]))
        }
        var item = items[caller]
        item.message = message
        output.append(item)
    }

    private mutating func append(
        _ item: ContextItem<Message>,
        callIDs: [String?],
        resultIDs: [String?],
        keepingRest: Bool
    ) {
        let message = item.message.withToolParts(callIDs: callIDs, resultIDs: resultIDs, keepingRest: keepingRest)
        guard let message else { return }
        var item = item
        item.message = message
        output.append(item)
    }
}
