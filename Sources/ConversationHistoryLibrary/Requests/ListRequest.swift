public import ConversationHistory

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A request for a list of conversations.
public struct ListRequest: Hashable, Sendable {
    /// The order of a list; conversations with the same date are ordered by id.
    public enum Order: String, Hashable, Sendable {
        /// Most recently changed first.
        case newestFirst

        /// Least recently changed first.
        case oldestFirst
    }

    /// The choice between conversations outside and in the trash.
    public enum Trash: String, Hashable, Sendable {
        /// Conversations outside the trash.
        case without

        /// Conversations in the trash.
        case only
    }

    /// The owner to filter by; a `nil` user or organization matches any.
    ///
    /// Defaults to `nil`, which matches all owners.
    public var owner: Owner?

    /// Words to find in the titles, in the syntax of ``SearchRequest/text``; `nil` matches all titles.
    public var title: String?

    /// The range of dates when a conversation began; `nil` matches all.
    public var created: Range<Date>?

    /// The range of dates of the last change; `nil` matches all.
    public var updated: Range<Date>?

    /// Whether to list the conversations outside or in the trash.
    public var trash: Trash

    /// The order of the conversations.
    public var order: Order

    /// The maximum number of conversations per page; 0 returns an empty page.
    public var limit: Int

    /// The start of the page: ``ListPage/next`` of the previous page of an otherwise equal request.
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
    /// The conversations, in the requested order.
    public var conversations: [ConversationInfo]

    /// The cursor of the next page; `nil` on the last page.
    public var next: ListCursor?

    /// Creates a page.
    public init(conversations: [ConversationInfo], next: ListCursor?) {
        self.conversations = conversations
        self.next = next
    }
}

/// A position in a list of conversations, after the last one of a page.
///
/// It consists of the sort keys of that conversation, so it stays valid while conversations are added and removed.
public struct ListCursor: Hashable, Sendable {
    /// The date of the last change of that conversation.
    public let updated: Date

    /// The conversation's id.
    public let id: ConversationID

    /// Creates a cursor; you need this only to write a library.
    public init(updated: Date, id: ConversationID) {
        self.updated = updated
        self.id = id
    }
}

extension ListRequest {
    /// Returns the requested page out of all conversations within the scope.
    package func page(of infos: some Sequence<ConversationInfo>) -> ListPage {
        guard limit > 0 else { return ListPage(conversations: [], next: nil) }
        // One element more than the page holds shows whether there is another page.
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

    /// Returns whether a conversation matches the request.
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
    /// Creates the cursor after a conversation.
    package init(_ info: ConversationInfo) {
        self.init(updated: info.updated, id: info.id)
    }
}

/// The first elements, in some order, of a sequence in any order.
///
/// It holds at most twice as many elements as requested, and never sorts more than that at a time.
struct FirstElements<Element: Sendable>: Sendable {
    private let wantedCount: Int
    private let precedes: @Sendable (Element, Element) -> Bool
    private var elements: [Element] = []
    /// The last of the first elements, once they are complete; only elements before it can be among them.
    private var last: Element?

    /// Creates a selection.
    ///
    /// - Parameters:
    ///   - count: The number of elements to keep.
    ///   - precedes: The order.
    init(_ count: Int, by precedes: @escaping @Sendable (Element, Element) -> Bool) {
        wantedCount = max(0, count)
        self.precedes = precedes
    }

    /// Adds a candidate.
    mutating func add(_ element: Element) {
        guard wantedCount > 0 else { return }
        if let last, !precedes(element, last) { return }
        elements.append(element)
        // Divides, because doubling the count could overflow.
        guard elements.count / 2 >= wantedCount else { return }
        elements = sorted
        last = elements.last
    }

    /// The first of all elements so far, sorted.
    var sorted: [Element] { Array(elements.sorted(by: precedes).prefix(wantedCount)) }
}
