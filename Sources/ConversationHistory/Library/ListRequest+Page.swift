extension ListRequest {
    /// Returns the page that is asked for, out of all conversations that the scope shows.
    package func page(of infos: [ConversationInfo]) -> ListPage {
        let sorted = infos.filter(includes).sorted { precedes(ListCursor($0), ListCursor($1)) }
        let rest = cursor.map { cursor in sorted.drop { !precedes(cursor, ListCursor($0)) } } ?? sorted[...]
        let page = Array(rest.prefix(max(0, limit)))
        let next = page.count < rest.count ? page.last.map(ListCursor.init) : nil
        return ListPage(conversations: page, next: next)
    }

    /// Whether a conversation is one of those that are asked for.
    private func includes(_ info: ConversationInfo) -> Bool {
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
