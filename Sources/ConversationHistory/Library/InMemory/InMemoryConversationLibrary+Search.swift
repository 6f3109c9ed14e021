extension InMemoryConversationLibrary {
    /// Finds messages by what they say; it reads all of them.
    public func search(_ request: SearchRequest) async throws(HistoryStoreError) -> [SearchHit] {
        let expression = SearchExpression(request.text)
        guard !expression.isEmpty else { return [] }
        let records = try shared.withContents { (contents) throws(HistoryStoreError) in contents.records }
        var hits: [SearchHit] = []
        for (id, record) in records where record.deleted == nil && scope.includes(record.snapshot.owner) {
            guard request.conversation == nil || request.conversation == id else { continue }
            let snapshot = record.snapshot
            for position in snapshot.entries.indices {
                let entry = snapshot.entries[position]
                if let hit = request.hit(expression, in: entry, at: position, of: id, title: snapshot.title) {
                    hits.append(hit)
                }
            }
        }
        return request.page(of: hits)
    }
}
