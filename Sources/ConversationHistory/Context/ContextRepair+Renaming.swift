extension ContextRepair {
    /// Gives each call whose id an earlier call has another one, and its result with it.
    ///
    /// It comes last, when it is known which messages the model is given: those that are left out need no other ids.
    ///
    /// - Parameter items: A repaired list, in which the results of calls follow them at once.
    static func renamed(_ items: [ContextItem<Message>]) -> (items: [ContextItem<Message>], repairs: [Repair]) {
        var taken: Set<String> = []
        guard !items.allSatisfy({ item in item.message.toolCallIDs.allSatisfy { taken.insert($0).inserted } }) else {
            return (items, [])
        }
        taken = Set(items.lazy.flatMap(\.message.toolCallIDs))
        var seen: Set<String> = []
        var repairs: [Repair] = []
        // The calls that are yet to be answered: for each id as it is stored, the ids that their results are to have.
        var open: [String: [String]] = [:]
        let renamed = items.map { item in
            let resultIDs = item.message.toolResultIDs.map { id -> String? in
                open[id, default: []].isEmpty ? id : open[id]?.removeFirst()
            }
            let callIDs = item.message.toolCallIDs.map { id -> String? in
                var newID = id
                if !seen.insert(id).inserted {
                    var number = 2
                    while !taken.insert("\(id)-\(number)").inserted { number += 1 }
                    newID = "\(id)-\(number)"
                    repairs.append(Repair(kind: .renamedCall, entry: item.entry, callID: id))
                }
                open[id, default: []].append(newID)
                return newID
            }
            guard callIDs != item.message.toolCallIDs || resultIDs != item.message.toolResultIDs else { return item }
            var item = item
            // Nothing is left out, so there is always a message.
            item.message =
                item.message.withToolParts(callIDs: callIDs, resultIDs: resultIDs, keepingRest: true) ?? item.message
            return item
        }
        return (renamed, repairs)
    }
}
