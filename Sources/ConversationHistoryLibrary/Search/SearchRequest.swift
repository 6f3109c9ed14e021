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
