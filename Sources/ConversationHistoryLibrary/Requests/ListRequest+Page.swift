import ConversationHistory

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
