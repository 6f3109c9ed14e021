public import ConversationHistory

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Which conversations are listed, and in which order.
public struct ListRequest: Hashable, Sendable {
    /// By what conversations are ordered; ties are broken by their ids.
    public enum Order: String, Hashable, Sendable {
        /// What changed last comes first.
        case newestFirst

        /// What changed last comes last.
        case oldestFirst
    }

    /// Which conversations are listed, as far as the trash goes.
    public enum Trash: String, Hashable, Sendable {
        /// Those that are not in the trash.
        case without

        /// Those that are.
        case only
    }

    /// Only those of this owner; a member that is `nil` leaves it open.
    ///
    /// Everyone's unless given.
    public var owner: Owner?

    /// Only those in whose title this is found, as ``SearchRequest/text`` is found; all unless given.
    public var title: String?

    /// Only those that began within these dates, the second one excluded.
    public var created: Range<Date>?

    /// Only those that changed last within these dates, the second one excluded.
    public var updated: Range<Date>?

    /// Whether what is in the trash is listed.
    public var trash: Trash

    /// The order.
    public var order: Order

    /// How many conversations a page has at the most; a page of 0 is empty.
    public var limit: Int

    /// Where the page begins: ``ListPage/next`` of the page before, from a request that is otherwise the same.
    public var cursor: ListCursor?

    /// Creates a request.
    public init(
        owner: Owner? = nil,
        title: String? = nil,
        created: Range<Date>? = nil,
        updated: Range<Date>? = nil,
        trash: Trash = .without,
        order: Order = .newestFirst,
        limit: Int = 50,
        cursor: ListCursor? = nil
    ) {
        self.owner = owner
        self.title = title
        self.created = created
        self.updated = updated
        self.trash = trash
        self.order = order
        self.limit = limit
        self.cursor = cursor
    }
}
