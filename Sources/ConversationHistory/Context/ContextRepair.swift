/// Makes a list of messages one that models accept: each call is followed at once by its one result.
///
/// It depends on nothing but the messages, gives the same answer each time, and leaves a list that it has repaired as
/// it is. A list in which nothing is wrong is returned unchanged.
struct ContextRepair<Message: HistoryMessage> {
    /// A call or a result: the message that it stands in, and its place among the calls or the results there.
    private struct Part: Hashable {
        var message: Int
        var index: Int
    }

    private let items: [ContextItem<Message>]
    private let calls: [[String]]
    private let results: [[String]]
    private var repairs: [Repair]
    private var output: [ContextItem<Message>] = []

    /// For each call its result, and the other way round.
    private var resultOfCall: [Part: Part] = [:]
    private var callOfResult: [Part: Part] = [:]
    /// The ids of calls that had to be renamed.
    private var newIDs: [Part: String] = [:]

    /// Repairs a list of messages.
    static func repaired(_ items: [ContextItem<Message>]) -> (items: [ContextItem<Message>], repairs: [Repair]) {
        var repairs: [Repair] = []
        let items = withoutEmptyParts(items, &repairs)
        var repair = ContextRepair(items, repairs)
        guard !repair.isSound else { return (items, repairs) }
        repair.match()
        repair.renameDuplicates()
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
        for (position, item) in items.enumerated() {
            let message = item.message.withoutEmptyParts()
            if message != item.message {
                repairs.append(Repair(kind: .droppedEmptyPart, position: position, callID: nil))
            }
            guard let message else { continue }
            kept.append(ContextItem(message: message, isRequired: item.isRequired, position: item.position))
        }
        return kept
    }

    /// Whether there is nothing to repair.
    private var isSound: Bool {
        var seen: Set<String> = []
        var open: Set<String> = []
        for position in items.indices {
            // What is neither a call nor a result may not stand between a call and its result.
            if !open.isEmpty, results[position].isEmpty || !calls[position].isEmpty { return false }
            for id in results[position] where open.remove(id) == nil { return false }
            for id in calls[position] {
                guard seen.insert(id).inserted else { return false }
                open.insert(id)
            }
        }
        return open.isEmpty
    }

    /// Finds the result of each call: the nearest one behind it, or else one before it.
    private mutating func match() {
        var open: [String: [Part]] = [:]
        var left: [String: [Part]] = [:]
        for position in items.indices {
            for (index, id) in results[position].enumerated() {
                let result = Part(message: position, index: index)
                if let call = open[id]?.popLast() { pair(call, result) } else { left[id, default: []].append(result) }
            }
            for (index, id) in calls[position].enumerated() {
                open[id, default: []].append(Part(message: position, index: index))
            }
        }
        for (id, unanswered) in open {
            guard var candidates = left[id] else { continue }
            for call in unanswered where !candidates.isEmpty { pair(call, candidates.removeFirst()) }
        }
    }

    private mutating func pair(_ call: Part, _ result: Part) {
        resultOfCall[call] = result
        callOfResult[result] = call
    }

    /// Gives each call whose id an earlier call has another one.
    private mutating func renameDuplicates() {
        var taken = Set(calls.joined())
        var seen: Set<String> = []
        for position in items.indices {
            for (index, id) in calls[position].enumerated() where !seen.insert(id).inserted {
                var number = 2
                while !taken.insert("\(id)-\(number)").inserted { number += 1 }
                newIDs[Part(message: position, index: index)] = "\(id)-\(number)"
                repairs.append(Repair(kind: .renamedCall, position: position, callID: id))
            }
        }
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
                repairs.append(Repair(kind: .droppedCall, position: position, callID: calls[position][index]))
                return nil
            }
            return newIDs[Part(message: position, index: index)] ?? calls[position][index]
        }
        let resultIDs = results[position].indices.map { index -> String? in
            let result = Part(message: position, index: index)
            guard let call = callOfResult[result] else {
                repairs.append(Repair(kind: .droppedResult, position: position, callID: results[position][index]))
                return nil
            }
            guard isInPlace(result, of: call.message) else {
                repairs.append(Repair(kind: .movedResult, position: position, callID: results[position][index]))
                return nil
            }
            return newIDs[call] ?? results[position][index]
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
            moved[result.message, default: [:]][result.index] = newIDs[call] ?? id
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
        let ids = unanswered.map { newIDs[Part(message: caller, index: $0)] ?? calls[caller][$0] }
        guard !ids.isEmpty, let message = Message.placeholderResult(forCallIDs: ids) else { return }
        for index in unanswered {
            repairs.append(Repair(kind: .madeUpResult, position: caller, callID: calls[caller][index]))
        }
        let item = items[caller]
        output.append(ContextItem(message: message, isRequired: item.isRequired, position: item.position))
    }

    private mutating func append(
        _ item: ContextItem<Message>,
        callIDs: [String?],
        resultIDs: [String?],
        keepingRest: Bool
    ) {
        let message = item.message.withToolParts(callIDs: callIDs, resultIDs: resultIDs, keepingRest: keepingRest)
        guard let message else { return }
        output.append(ContextItem(message: message, isRequired: item.isRequired, position: item.position))
    }
}
