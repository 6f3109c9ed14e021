public import ConversationHistory

extension InMemoryConversationLibrary {
    /// Finds entries by their text; reads all messages.
    public func search(_ request: SearchRequest) async throws(HistoryStoreError) -> [SearchHit] {
        try request.checkDates("search")
        let expression = SearchExpression(request.text)
        guard !expression.isEmpty else { return [] }
        let records = try shared.withContents { (contents) throws(HistoryStoreError) in contents.records }
        var hits = SearchHits(request, expression)
        for (id, record) in records where record.deleted == nil && scope.includes(record.snapshot.owner) {
            guard request.conversation == nil || request.conversation == id else { continue }
            let snapshot = record.snapshot
            for position in snapshot.entries.indices {
                hits.look(at: snapshot.entries[position], position: position, of: id, title: snapshot.title)
            }
        }
        return hits.page
    }
}
