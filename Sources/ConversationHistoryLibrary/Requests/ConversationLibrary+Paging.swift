public import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a library holds as sequences, for those who do not want to turn pages themselves.
extension ConversationLibrary {
    /// Lists all conversations that are asked for, however many there are; a page at a time is in memory.
    ///
    /// It is as ``list(_:)`` with one cursor after the other, and ends with the error that one of its pages throws. It ends
    /// where the list ended when it was begun: what is changed or created meanwhile, such as what is met and changed in a
    /// list of the oldest first, is not met again behind that.
    ///
    /// - Parameter request: What is listed; its limit is how many a page has.
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

    /// Reads a history from its beginning to its end; a page at a time is in memory.
    ///
    /// It is as ``entries(of:_:)`` with one offset after the other. What is appended meanwhile is read, too; what is
    /// removed meanwhile from what was read lets others be left out.
    ///
    /// - Parameters:
    ///   - id: The conversation.
    ///   - pageSize: How many entries are read at a time; at least one is.
    ///   - messagesOnly: Whether only messages are read.
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

/// Where a sequence of conversations has come to.
private struct ListPosition: Sendable {
    var request: ListRequest

    /// When the last conversation had changed when the list was begun; only needed where what changes moves to its end.
    var end: Date?

    /// Those that were met, where they could be met again.
    private var met: Set<ConversationID> = []

    init(request: ListRequest) { self.request = request }

    /// Whether a conversation stands where the list had not ended when it was begun.
    func isWithin(_ info: ConversationInfo) -> Bool { end.map { info.updated <= $0 } ?? true }

    /// Whether a conversation was not met before.
    mutating func isNew(_ id: ConversationID) -> Bool { end == nil || met.insert(id).inserted }
}

extension ConversationLibrary {
    /// Returns the ids of all conversations, in their order.
    package func allIDs(includingTrash: Bool) async throws(HistoryStoreError) -> [ConversationID] {
        var ids: Set<ConversationID> = []
        // The trash is looked at twice, so that what is deleted or restored meanwhile is met on one side.
        for trash in includingTrash ? [ListRequest.Trash.only, .without, .only] : [.without] {
            // What is not touched keeps its place only if what changes moves away from where the list is read; it is met
            // there then.
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

/// What comes in pages, one element after the other; a page is read when its first element is asked for.
struct PagedSequence<Element: Sendable, Cursor: Sendable>: AsyncSequence, Sendable {
    /// A page, and where the next one begins; `nil` if there is none.
    typealias Page = (elements: [Element], next: Cursor?)

    typealias Failure = HistoryStoreError

    private let first: Cursor
    private let read: @Sendable (Cursor) async throws(HistoryStoreError) -> Page

    /// - Parameters:
    ///   - first: Where the first page begins.
    ///   - read: Reads the page that begins at a place.
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
