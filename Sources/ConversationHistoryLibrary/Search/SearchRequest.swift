public import ConversationHistory

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What to look for in the conversations of a library, and where.
///
/// ``text`` is what a person typed. It is never wrong:
///
/// - Words are sought without regard to case, accents or the form of a character; all of them must stand in the same
///   entry, in any order.
/// - Words in double quotes, straight or curly, are sought side by side. A quote that is not closed reaches to the end.
/// - A word that has several parts (`snake_case`, `3.14`, `don't`, `日本語`) is sought as these parts side by side.
/// - Nothing else has a meaning: `AND`, `OR`, `NOT` are words; `*`, `^`, `:`, `-` and parentheses part words.
/// - A text without a word finds nothing.
/// - A word finds whole words only, except in scripts that put no spaces between words, where it finds any part.
///
/// Every library means the same by a request, whatever it keeps its conversations in.
public struct SearchRequest: Hashable, Sendable {
    /// What a person typed.
    public var text: String

    /// The only conversation to search; `nil` for all.
    public var conversation: ConversationID?

    /// The roles whose messages are searched; empty for all.
    ///
    /// What is not a message is not searched.
    public var roles: Set<MessageRole>

    /// The dates of the entries that are searched; `nil` for all, also those without a date.
    public var dates: Range<Date>?

    /// The order in which hits are given.
    public var order: SearchOrder

    /// How many hits are given at most; none if it is not positive.
    public var limit: Int

    /// The hit after which to go on; `nil` to begin at the first.
    public var after: SearchCursor?

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - text: What a person typed.
    ///   - conversation: The only conversation to search; `nil` for all.
    ///   - roles: The roles whose messages are searched; empty for all.
    ///   - dates: The dates of the entries that are searched; `nil` for all.
    ///   - order: The order in which hits are given.
    ///   - limit: How many hits are given at most.
    ///   - after: The ``SearchHit/cursor`` of the last hit of the page before, with the order that gave it.
    public init(
        _ text: String,
        conversation: ConversationID? = nil,
        roles: Set<MessageRole> = [],
        dates: Range<Date>? = nil,
        order: SearchOrder = .newestFirst,
        limit: Int = 50,
        after: SearchCursor? = nil
    ) {
        self.text = text
        self.conversation = conversation
        self.roles = roles
        self.dates = dates
        self.order = order
        self.limit = limit
        self.after = after
    }
}

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

extension SearchRequest {
    /// Whether an entry is one of those that are searched.
    package func includes<Message>(_ entry: HistoryEntry<Message>) -> Bool {
        guard let message = entry.message, roles.isEmpty || roles.contains(message.role) else { return false }
        guard let dates else { return true }
        return entry.date.map(dates.contains) ?? false
    }
}
