import ConversationHistory

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
