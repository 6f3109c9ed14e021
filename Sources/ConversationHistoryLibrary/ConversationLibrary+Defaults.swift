public import ConversationHistory

/// What may be left out of a call, for every library: each of these calls the method that takes it all.
extension ConversationLibrary {
    /// Lists the first page of the conversations, the one that was changed last first.
    ///
    /// - Throws: As ``list(_:)``.
    public func list() async throws(HistoryStoreError) -> ListPage { try await list(ListRequest()) }

    /// Returns what was said in a conversation, even if it is in the trash.
    ///
    /// - Throws: As ``contents(of:)``.
    public func snapshot(of id: ConversationID) async throws(HistoryStoreError) -> ConversationSnapshot<Message> {
        if try await info(of: id).deleted == nil, let snapshot = try await store(for: id).load() { return snapshot }
        return try await contents(of: id).snapshot
    }

    /// Returns the newest part of a history.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`.
    public func entries(of id: ConversationID) async throws(HistoryStoreError) -> EntryPage<Message> {
        try await entries(of: id, EntryRequest())
    }

    /// Begins a conversation, under a new id, with all that was said in another one.
    ///
    /// - Returns: What is known of the new conversation, which has the title and the owner of the old one.
    /// - Throws: `HistoryStoreError` with the code `notFound`.
    public func fork(_ id: ConversationID) async throws(HistoryStoreError) -> ConversationInfo {
        try await fork(id, after: nil, as: NewConversation())
    }

    /// Begins a conversation, under a new id, with what was said in another one up to an entry.
    ///
    /// - Parameters:
    ///   - id: The conversation to begin with.
    ///   - entry: The last entry that is taken over; the last one there is, if `nil`.
    /// - Returns: What is known of the new conversation, which has the title and the owner of the old one.
    /// - Throws: `HistoryStoreError` with the code `notFound`, for the entry too.
    public func fork(
        _ id: ConversationID,
        after entry: EntryID?
    ) async throws(HistoryStoreError) -> ConversationInfo {
        try await fork(id, after: entry, as: NewConversation())
    }

    /// Begins a conversation with all that was said in another one.
    ///
    /// - Parameters:
    ///   - id: The conversation to begin with.
    ///   - new: What is known of the new conversation; title and owner of the old one, unless given.
    /// - Throws: `HistoryStoreError` with the code `notFound`, or as ``create(_:)``.
    public func fork(
        _ id: ConversationID,
        as new: NewConversation
    ) async throws(HistoryStoreError) -> ConversationInfo {
        try await fork(id, after: nil, as: new)
    }

    /// Keeps a file of which no type is known with a conversation; an earlier one of the same name stays as an earlier
    /// version.
    ///
    /// - Throws: `HistoryStoreError`: `notFound`, `invalidName`, or `tooLarge`.
    public func saveArtifact(
        _ data: [UInt8],
        named name: String,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> ArtifactInfo {
        try await saveArtifact(data, named: name, type: nil, in: id)
    }

    /// Returns a file of a conversation in its newest version.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`, for the file too.
    public func artifact(named name: String, in id: ConversationID) async throws(HistoryStoreError) -> Artifact {
        try await artifact(named: name, version: nil, in: id)
    }
}
