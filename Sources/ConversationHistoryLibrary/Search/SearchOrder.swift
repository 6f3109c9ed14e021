import ConversationHistory

/// The order in which the hits of a search are given, the same in every library.
public struct SearchOrder: Hashable, Sendable, CustomStringConvertible {
    private enum Kind: String {
        case newestFirst
        case byRank
    }

    private let kind: Kind

    /// The entry with the latest date first, and entries without a date last.
    ///
    /// Entries of the same date are in the order of their conversations' ids, by bytes; those of one conversation are
    /// in the reverse of their order in it.
    public static let newestFirst = SearchOrder(kind: .newestFirst)

    /// The entry with the most occurrences first, and entries with as many as by ``newestFirst``.
    public static let byRank = SearchOrder(kind: .byRank)

    /// The order's name.
    public var description: String { kind.rawValue }

    /// Tells whether one hit is given before another.
    ///
    /// - Parameters:
    ///   - first: The cursor of the one hit.
    ///   - second: The cursor of the other.
    /// - Returns: Whether the first comes before the second; `false` if they are the same.
    public func precedes(_ first: SearchCursor, _ second: SearchCursor) -> Bool {
        if kind == .byRank, first.occurrences != second.occurrences { return first.occurrences > second.occurrences }
        switch (first.date, second.date) {
        case (nil, nil): break
        case (nil, _): return false
        case (_, nil): return true
        case (let earlier?, let later?):
            if earlier != later { return earlier > later }
        }
        if first.conversation != second.conversation { return first.conversation < second.conversation }
        return first.position > second.position
    }
}
