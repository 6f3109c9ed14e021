/// What a library holds as sequences, for those who do not want to turn pages themselves.
extension ConversationLibrary {
    /// Lists all conversations that are asked for, however many there are; a page at a time is in memory.
    ///
    /// It is as ``list(_:)`` with one cursor after the other, and ends with the error that one of its pages throws.
    ///
    /// - Parameter request: What is listed; its limit is how many a page has.
    public func conversations(
        _ request: ListRequest = ListRequest()
    ) -> some AsyncSequence<ConversationInfo, HistoryStoreError> & Sendable {
        PagedSequence(from: request) { request throws(HistoryStoreError) in
            var request = request
            let page = try await list(request)
            request.cursor = page.next
            return (page.conversations, page.next == nil ? nil : request)
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
