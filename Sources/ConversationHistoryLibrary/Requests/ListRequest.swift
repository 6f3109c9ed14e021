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

/// A page of a list of conversations.
public struct ListPage: Hashable, Sendable {
    /// The conversations, in the order that was asked for.
    public var conversations: [ConversationInfo]

    /// Where the next page begins; `nil` if there is none.
    public var next: ListCursor?

    /// Creates a page.
    public init(conversations: [ConversationInfo], next: ListCursor?) {
        self.conversations = conversations
        self.next = next
    }
}

/// A place in a list of conversations: behind the last one of a page.
///
/// It names the conversation by what the list is ordered by, so it stays right while others come and go.
public struct ListCursor: Hashable, Sendable {
    /// When the last conversation of the page had changed.
    public let updated: Date

    /// Its id.
    public let id: ConversationID

    /// Creates a cursor, for a library of one's own.
    public init(updated: Date, id: ConversationID) {
        self.updated = updated
        self.id = id
    }
}

extension ListRequest {
    /// Returns the page that is asked for, out of all conversations that the scope shows.
    package func page(of infos: some Sequence<ConversationInfo>) -> ListPage {
        guard limit > 0 else { return ListPage(conversations: [], next: nil) }
        // One more than the page has tells whether there is another page.
        var first = FirstElements<ConversationInfo>(limit == .max ? limit : limit + 1) { left, right in
            precedes(ListCursor(left), ListCursor(right))
        }
        for info in infos where includes(info) {
            if let cursor, !precedes(cursor, ListCursor(info)) { continue }
            first.add(info)
        }
        let found = first.sorted
        let page = Array(found.prefix(limit))
        return ListPage(conversations: page, next: page.count < found.count ? page.last.map(ListCursor.init) : nil)
    }

    /// Whether a conversation is one of those that are asked for.
    func includes(_ info: ConversationInfo) -> Bool {
        guard (info.deleted != nil) == (trash == .only) else { return false }
        if let owner, !LibraryScope.everyone.narrowed(to: owner).includes(info.owner) { return false }
        if let created, !created.contains(info.created) { return false }
        if let updated, !updated.contains(info.updated) { return false }
        guard let title else { return true }
        return SearchExpression(title).match(in: info.title ?? "") != nil
    }

    private func precedes(_ left: ListCursor, _ right: ListCursor) -> Bool {
        guard left.updated == right.updated else {
            return order == .newestFirst ? left.updated > right.updated : left.updated < right.updated
        }
        return left.id < right.id
    }
}

extension ListCursor {
    /// The place behind a conversation.
    package init(_ info: ConversationInfo) {
        self.init(updated: info.updated, id: info.id)
    }
}

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
