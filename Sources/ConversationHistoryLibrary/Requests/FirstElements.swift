import ConversationHistory

/// The first elements, in some order, of many that come in any order.
///
/// It never holds more than twice as many as are wanted, and sorts no more than these at a time.
struct FirstElements<Element: Sendable>: Sendable {
    private let wantedCount: Int
    private let precedes: @Sendable (Element, Element) -> Bool
    private var elements: [Element] = []
    /// What does not come before it is not wanted.
    private var last: Element?

    /// - Parameter count: How many elements are wanted.
    init(_ count: Int, by precedes: @escaping @Sendable (Element, Element) -> Bool) {
        wantedCount = max(0, count)
        self.precedes = precedes
    }

    /// Looks at one more element.
    mutating func add(_ element: Element) {
        guard wantedCount > 0 else { return }
        if let last, !precedes(element, last) { return }
        elements.append(element)
        // Not by doubling what is wanted, which may be as many as there can be.
        guard elements.count / 2 >= wantedCount else { return }
        elements = sorted
        last = elements.last
    }

    /// The first of all elements so far.
    var sorted: [Element] { Array(elements.sorted(by: precedes).prefix(wantedCount)) }
}
