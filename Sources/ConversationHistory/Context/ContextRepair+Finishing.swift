/// The rules for the list as a whole, which apply last, to the chosen messages.
extension ContextRepair {
    /// Applies the rules to the messages that were chosen from a repaired list.
    ///
    /// - Parameters:
    ///   - items: The chosen messages, in which results directly follow their calls.
    ///   - isPart: Whether messages of the repaired list were left out.
    ///   - policy: The policy for the beginning and the end; `nil` for the input of a summarizer.
    static func finished(
        _ items: [ContextItem<Message>],
        isPart: Bool,
        policy: ContextPolicy<Message>?
    ) -> (messages: [Message], repairs: [Repair]) {
        var repairs: [LocatedRepair] = []
        // The message that the reasoning of a pinned message leads to may have been left out.
        var items = isPart ? withoutTrailingReasoning(items, &repairs) : items
        let renamed: [LocatedRepair]
        (items, renamed) = Self.renamed(items)
        repairs += renamed
        if let policy { setEnds(of: &items, policy, &repairs) }
        return (items.map(\.message), repairs.map(\.repair))
    }

    /// Returns whether a list of units begins with a message from the model, after any instructions.
    static func beginsWithModel(_ units: some Sequence<ContextUnit<Message>>) -> Bool {
        let first = units.lazy.flatMap(\.items).first { !$0.message.role.isInstruction }
        return first?.message.role == .assistant
    }

    /// Returns whether a unit ends with a message from the model.
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

    /// Renames each call whose id an earlier call already has, together with its result.
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
        // The unanswered calls: for each stored id, the new ids of their results, in order.
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
            // No part is left out, so a message is always left.
            item.message =
                item.message.withToolParts(callIDs: callIDs, resultIDs: resultIDs, keepingRest: true) ?? item.message
            return item
        }
        return (renamed, repairs)
    }
}

/// A generator of unused names, which appends a number to a used name.
struct UniqueNames {
    private var taken: Set<String>
    /// The number to try next for each name.
    private var next: [String: Int] = [:]
    /// The number of names that were tried.
    private(set) var tryCount = 0

    init(taken: Set<String>) { self.taken = taken }

    /// Returns an unused name derived from a used one, and marks it as used.
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

/// A first-in, first-out queue that removes elements in constant time.
struct Queue<Element> {
    private var elements: [Element] = []
    private var head = 0

    /// The next element to remove; `nil` if the queue is empty.
    var first: Element? { head < elements.count ? elements[head] : nil }

    mutating func append(_ element: Element) { elements.append(element) }

    /// Removes and returns the first element, or returns `nil` if the queue is empty.
    mutating func removeFirst() -> Element? {
        guard head < elements.count else { return nil }
        defer { head += 1 }
        return elements[head]
    }
}
