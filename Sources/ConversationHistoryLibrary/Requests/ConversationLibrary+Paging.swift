public import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Paging as asynchronous sequences.
extension ConversationLibrary {
    /// Lists all matching conversations, with one page at a time in memory.
    ///
    /// The sequence calls ``list(_:)`` with one cursor after the other and throws the first error of a page. It ends
    /// where the list ended when the iteration began. For a list with the oldest conversations first, this means that
    /// conversations that are changed or created during the iteration, and thereby move to the end, are not returned
    /// again.
    ///
    /// - Parameter request: The list request; its limit is the page size.
    public func conversations(
        _ request: ListRequest = ListRequest()
    ) -> some AsyncSequence<ConversationInfo, HistoryStoreError> & Sendable {
        PagedSequence(from: ListPosition(request: request)) { position throws(HistoryStoreError) in
            var position = position
            if position.request.order == .oldestFirst, position.end == nil {
                var newest = position.request
                (newest.order, newest.limit, newest.cursor) = (.newestFirst, 1, nil)
                guard let last = try await list(newest).conversations.first else { return ([], nil) }
                position.end = last.updated
            }
            let page = try await list(position.request)
            let isPastEnd = page.conversations.last.map { !position.isWithin($0) } ?? true
            let infos = page.conversations.filter { position.isWithin($0) && position.isNew($0.id) }
            position.request.cursor = page.next
            return (infos, page.next == nil || isPastEnd ? nil : position)
        }
    }

    /// Reads a history from beginning to end, with one page at a time in memory.
    ///
    /// The sequence calls ``entries(of:_:)`` with one offset after the other. It includes entries that are appended
    /// during the iteration. If entries that were already read are removed during the iteration, others are skipped.
    ///
    /// - Parameters:
    ///   - id: The conversation.
    ///   - pageSize: The number of entries per page, at least one.
    ///   - messagesOnly: Whether to read only messages.
    public func history(
        of id: ConversationID,
        pageSize: Int = 100,
        messagesOnly: Bool = false
    ) -> some AsyncSequence<HistoryEntry<Message>, HistoryStoreError> & Sendable {
        let first = EntryRequest(limit: max(1, pageSize), messagesOnly: messagesOnly)
        return PagedSequence(from: first) { request throws(HistoryStoreError) in
            var request = request
            let page = try await entries(of: id, request)
            request.offset += page.entries.count
            return (page.entries, page.entries.isEmpty || request.offset >= page.totalCount ? nil : request)
        }
    }
}

/// The position of a sequence of conversations.
private struct ListPosition: Sendable {
    var request: ListRequest

    /// The date of the last change in the list when the iteration began; set only if changed conversations move to the
    /// end.
    var end: Date?

    /// The conversations already returned; kept only if they can occur again.
    private var met: Set<ConversationID> = []

    init(request: ListRequest) { self.request = request }

    /// Returns whether a conversation was part of the list when the iteration began.
    func isWithin(_ info: ConversationInfo) -> Bool { end.map { info.updated <= $0 } ?? true }

    /// Returns whether a conversation was not returned before.
    mutating func isNew(_ id: ConversationID) -> Bool { end == nil || met.insert(id).inserted }
}

extension ConversationLibrary {
    /// Returns the ids of all conversations in ascending order.
    package func allIDs(includingTrash: Bool) async throws(HistoryStoreError) -> [ConversationID] {
        var ids: Set<ConversationID> = []
        // The trash is listed before and after, so that a conversation deleted or restored meanwhile is found on one
        // side.
        for trash in includingTrash ? [ListRequest.Trash.only, .without, .only] : [.without] {
            // With the oldest first, changed conversations move to the end, where they are found, and all others keep
            // their position.
            var request = ListRequest(trash: trash, order: .oldestFirst, limit: 500)
            repeat {
                let page = try await list(request)
                ids.formUnion(page.conversations.map(\.id))
                request.cursor = page.next
            } while request.cursor != nil
        }
        return ids.sorted()
    }
}

/// A sequence over pages, which reads a page when its first element is requested.
struct PagedSequence<Element: Sendable, Cursor: Sendable>: AsyncSequence, Sendable {
    /// A page and the cursor of the next one; the cursor of the last page is `nil`.
    typealias Page = (elements: [Element], next: Cursor?)

    typealias Failure = HistoryStoreError

    private let first: Cursor
    private let read: @Sendable (Cursor) async throws(HistoryStoreError) -> Page

    /// Creates a sequence.
    ///
    /// - Parameters:
    ///   - first: The cursor of the first page.
    ///   - read: Reads the page at a cursor.
    init(from first: Cursor, _ read: @escaping @Sendable (Cursor) async throws(HistoryStoreError) -> Page) {
        self.first = first
        self.read = read
    }

    func makeAsyncIterator() -> Iterator { Iterator(cursor: first, read: read) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var cursor: Cursor?
        fileprivate let read: @Sendable (Cursor) async throws(HistoryStoreError) -> Page
        private var page: ArraySlice<Element> = []

        fileprivate init(cursor: Cursor, read: @escaping @Sendable (Cursor) async throws(HistoryStoreError) -> Page) {
            self.cursor = cursor
            self.read = read
        }

        mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(HistoryStoreError) -> Element? {
            while page.isEmpty {
                guard let cursor else { return nil }
                let read = try await read(cursor)
                page = read.elements[...]
                self.cursor = read.next
            }
            return page.popFirst()
        }
    }
}
