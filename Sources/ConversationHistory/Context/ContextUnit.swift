/// Messages that must not be separated: a message with calls and the results after it, or a single message.
struct ContextUnit<Message: HistoryMessage>: Sendable {
    private(set) var items: [ContextItem<Message>]
    /// Whether it must be in the context, because one of its messages must.
    private(set) var isRequired: Bool
    /// Whether it is a summary of earlier messages.
    let isSummary: Bool

    init(_ item: ContextItem<Message>, isSummary: Bool = false) {
        items = [item]
        isRequired = item.isRequired
        self.isSummary = isSummary
    }

    /// The position of its first message.
    var position: Int { items[0].position }

    /// Whether it is a question, with which a context may begin.
    var isQuestion: Bool { !isSummary && items[0].isQuestion }

    /// Whether a turn may have begun with it.
    var beginsTurn: Bool { !isSummary && items[0].beginsTurn }

    /// Splits a repaired list, in which results directly follow their calls, into units.
    static func units(of items: [ContextItem<Message>]) -> [ContextUnit] {
        var units: [ContextUnit] = []
        for item in items {
            if !units.isEmpty, !item.message.toolResultIDs.isEmpty {
                units[units.count - 1].items.append(item)
                units[units.count - 1].isRequired = units[units.count - 1].isRequired || item.isRequired
            } else {
                units.append(ContextUnit(item))
            }
        }
        return units
    }
}
