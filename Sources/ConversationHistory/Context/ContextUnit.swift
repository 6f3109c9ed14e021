/// Messages that must not be parted: one that makes calls and the results behind it, or a single message.
struct ContextUnit<Message: HistoryMessage>: Sendable {
    private(set) var items: [ContextItem<Message>]
    /// Whether it must be in the context: because one of its messages must.
    private(set) var isRequired: Bool
    /// Whether it stands for all that was before it.
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

    /// Parts a repaired list, in which the results of calls follow them at once.
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
