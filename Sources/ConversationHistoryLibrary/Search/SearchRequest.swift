public import ConversationHistory

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A search in the conversations of a library.
///
/// ``text`` is the search text of a user. Every text is valid:
///
/// - Words match regardless of case, accents and character form. All of them must occur in the same entry, in any
///   order.
/// - Words in double quotes, straight or curly, must be adjacent. An unclosed quote extends to the end.
/// - A word with several parts (`snake_case`, `3.14`, `don't`, `日本語`) matches these parts side by side.
/// - There is no other syntax: `AND`, `OR`, `NOT` are words; `*`, `^`, `:`, `-` and parentheses separate words.
/// - A text without words finds nothing.
/// - A word matches only whole words, except in scripts without spaces between words, where it matches any part.
///
/// A request means the same in every library.
public struct SearchRequest: Hashable, Sendable {
    /// The search text.
    public var text: String

    /// The only conversation to search; `nil` for all.
    public var conversation: ConversationID?

    /// The roles whose messages are searched; empty for all.
    ///
    /// Only messages are searched.
    public var roles: Set<MessageRole>

    /// The dates of the entries that are searched; `nil` for all, including entries without a date.
    public var dates: Range<Date>?

    /// The order of the hits.
    public var order: SearchOrder

    /// The maximum number of hits; 0 or less returns none.
    public var limit: Int

    /// The cursor of the hit after which the page begins; `nil` for the first page.
    public var after: SearchCursor?

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - text: The search text.
    ///   - conversation: The only conversation to search; `nil` for all.
    ///   - roles: The roles whose messages are searched; empty for all.
    ///   - dates: The dates of the entries that are searched; `nil` for all.
    ///   - order: The order of the hits.
    ///   - limit: The maximum number of hits.
    ///   - after: The ``SearchHit/cursor`` of the last hit of the previous page, from a request with the same order.
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

/// The order of the hits of a search, the same in every library.
public struct SearchOrder: Hashable, Sendable, CustomStringConvertible {
    private enum Kind: String {
        case newestFirst
        case byRank
    }

    private let kind: Kind

    /// Latest date first, and entries without a date last.
    ///
    /// Entries with the same date are ordered by the bytes of their conversation's id, and within a conversation from
    /// the last to the first.
    public static let newestFirst = SearchOrder(kind: .newestFirst)

    /// Most occurrences first, and entries with equally many by ``newestFirst``.
    public static let byRank = SearchOrder(kind: .byRank)

    /// The order's name.
    public var description: String { kind.rawValue }

    /// Returns whether one hit precedes another.
    ///
    /// - Parameters:
    ///   - first: The cursor of one hit.
    ///   - second: The cursor of the other hit.
    /// - Returns: `true` if the first precedes the second; `false` also if they are the same.
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
    /// Returns whether an entry is searched.
    package func includes<Message>(_ entry: HistoryEntry<Message>) -> Bool {
        guard let message = entry.message, roles.isEmpty || roles.contains(message.role) else { return false }
        guard let dates else { return true }
        return entry.date.map(dates.contains) ?? false
    }
}
