/// The rules about the list as a whole. They are applied last, when it is known which messages the model is given.
extension ContextRepair {
    /// Applies the rules to the messages that were chosen from a repaired list.
    ///
    /// - Parameters:
    ///   - items: The chosen messages, in which the results of calls follow them at once.
    ///   - isPart: Whether messages of the repaired list were left out.
    ///   - policy: How to begin and end the list; `nil` if its reader puts a request of its own around it.
    static func finished(
        _ items: [ContextItem<Message>],
        isPart: Bool,
        policy: ContextPolicy<Message>?
    ) -> (messages: [Message], repairs: [Repair]) {
        var repairs: [LocatedRepair] = []
        // What a pinned message led to may have been left out.
        var items = isPart ? withoutTrailingReasoning(items, &repairs) : items
        let renamed: [LocatedRepair]
        (items, renamed) = Self.renamed(items)
        repairs += renamed
        if let policy { setEnds(of: &items, policy, &repairs) }
        return (items.map(\.message), repairs.map(\.repair))
    }

    /// Whether a list that begins with these units begins with a message of the model.
    static func beginsWithModel(_ units: some Sequence<ContextUnit<Message>>) -> Bool {
        let first = units.lazy.flatMap(\.items).first { !$0.message.role.isInstruction }
        return first?.message.role == .assistant
    }

    /// Whether a list that ends with a unit ends with a message of the model.
    static func endsWithModel(_ unit: ContextUnit<Message>?) -> Bool {
        unit?.items.last?.message.role == .assistant
    }

    private static func setEnds(
        of items: inout [ContextItem<Message>],
        _ policy: ContextPolicy<Message>,
        _ repairs: inout [LocatedRepair]
    ) {
        if let last = items.last, last.message.role == .assistant {
            if let continuation = policy.continuation {
                repairs.append(LocatedRepair(.addedLastMessage, last))
                items.append(last.replaced(by: continuation))
            } else {
                let message = last.message.withoutTrailingWhitespace()
                if message != last.message {
                    repairs.append(LocatedRepair(.trimmedEnd, last))
                    items[items.count - 1].message = message
                }
            }
        }
        guard let continuation = policy.continuation,
            let first = items.firstIndex(where: { !$0.message.role.isInstruction }),
            items[first].message.role == .assistant
        else { return }
        repairs.append(LocatedRepair(.addedFirstMessage, items[first]))
        items.insert(items[first].replaced(by: continuation), at: first)
    }

    /// Gives each call whose id an earlier call has another one, and its result with it.
    private static func renamed(
        _ items: [ContextItem<Message>]
    ) -> (items: [ContextItem<Message>], repairs: [LocatedRepair]) {
        var taken: Set<String> = []
        guard !items.allSatisfy({ item in item.message.toolCallIDs.allSatisfy { taken.insert($0).inserted } }) else {
            return (items, [])
        }
        var names = UniqueNames(taken: Set(items.lazy.flatMap(\.message.toolCallIDs)))
        var seen: Set<String> = []
        var repairs: [LocatedRepair] = []
        // The calls that are yet to be answered: for each id as it is stored, the ids that their results are to have.
        var open: [String: Queue<String>] = [:]
        let renamed = items.map { item in
            let resultIDs = item.message.toolResultIDs.map { id -> String? in
                open[id, default: Queue()].removeFirst() ?? id
            }
            let callIDs = item.message.toolCallIDs.map { id -> String? in
                var newID = id
                if !seen.insert(id).inserted {
                    newID = names.name(like: id)
                    repairs.append(LocatedRepair(.renamedCall, item, callID: id))
                }
                open[id, default: Queue()].append(newID)
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

/// Makes up names that are not taken, by a number behind the name that is.
struct UniqueNames {
    private var taken: Set<String>
    /// For each name the number to try next.
    private var next: [String: Int] = [:]
    /// How many names were tried.
    private(set) var tryCount = 0

    init(taken: Set<String>) { self.taken = taken }

    /// Returns a name like another that is not taken, and takes it.
    mutating func name(like name: String) -> String {
        var number = next[name] ?? 2
        defer { next[name] = number }
        while true {
            let candidate = "\(name)-\(number)"
            number += 1
            tryCount += 1
            if taken.insert(candidate).inserted { return candidate }
        }
    }
}

/// What came first is taken first, at the same cost however much there is.
struct Queue<Element> {
    private var elements: [Element] = []
    private var head = 0

    /// The element to take next.
    var first: Element? { head < elements.count ? elements[head] : nil }

    mutating func append(_ element: Element) { elements.append(element) }

    /// Takes the first element; `nil` if there is none.
    mutating func removeFirst() -> Element? {
        guard head < elements.count else { return nil }
        defer { head += 1 }
        return elements[head]
    }
}
