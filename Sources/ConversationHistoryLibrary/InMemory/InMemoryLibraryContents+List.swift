import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension InMemoryLibraryContents {
    /// Returns a page of a list.
    func page(_ request: ListRequest, _ scope: LibraryScope) -> ListPage {
        var page = ListPage(conversations: [], next: nil)
        guard request.limit > 0 else { return page }
        walk(request.order, after: request.cursor) { place in
            // Most skipped conversations belong to other owners or are in the trash, so these checks come first.
            guard place.isDeleted == (request.trash == .only), scope.includes(place.owner),
                let info = records[place.cursor.id]?.info(place.cursor.id), request.includes(info)
            else { return true }
            guard page.conversations.count < request.limit else {
                page.next = page.conversations.last.map(ListCursor.init)
                return false
            }
            page.conversations.append(info)
            return true
        }
        return page
    }

    /// Visits all conversations after a cursor, in the order of a list, until the closure returns `false`.
    private func walk(_ listOrder: ListRequest.Order, after cursor: ListCursor?, _ visit: (Place) -> Bool) {
        guard listOrder == .newestFirst else {
            let start = cursor.map { cursor in
                order.firstPlace { place in
                    place.cursor.updated == cursor.updated
                        ? place.cursor.id > cursor.id : place.cursor.updated > cursor.updated
                }
            }
            for place in order[(start ?? 0)...] where !visit(place) { return }
            return
        }
        var end = cursor.map { cursor in order.firstPlace { $0.cursor.updated > cursor.updated } } ?? order.count
        // Conversations with the same date are in ascending order of their ids, also if the dates descend.
        while end > 0 {
            let date = order[end - 1].cursor.updated
            var start = end - 1
            while start > 0, order[start - 1].cursor.updated == date { start -= 1 }
            for place in order[start..<end] {
                if let cursor, date == cursor.updated, place.cursor.id <= cursor.id { continue }
                guard visit(place) else { return }
            }
            end = start
        }
    }
}

extension Array {
    /// Returns the first index whose element satisfies a condition, in an array where all such elements are at the end.
    func firstPlace(where holds: (Element) -> Bool) -> Int {
        var (start, end) = (0, count)
        while start < end {
            let middle = (start + end) / 2
            if holds(self[middle]) { end = middle } else { start = middle + 1 }
        }
        return start
    }
}
