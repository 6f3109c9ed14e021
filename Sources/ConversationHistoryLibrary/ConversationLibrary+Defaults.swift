public import ConversationHistory

/// Overloads with default arguments.
extension ConversationLibrary {
    /// Lists the first page of the conversations, most recently changed first.
    ///
    /// - Throws: As ``list(_:)``.
    public func list() async throws(HistoryStoreError) -> ListPage { try await list(ListRequest()) }

    /// Returns the snapshot of a conversation, even if it is in the trash.
    ///
    /// - Throws: As ``contents(of:)``.
    public func snapshot(of id: ConversationID) async throws(HistoryStoreError) -> ConversationSnapshot<Message> {
        if try await info(of: id).deleted == nil, let snapshot = try await store(for: id).load() { return snapshot }
        return try await contents(of: id).snapshot
    }

    /// Returns the newest entries of a history.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`.
    public func entries(of id: ConversationID) async throws(HistoryStoreError) -> EntryPage<Message> {
        try await entries(of: id, EntryRequest())
    }

    /// Creates a conversation, under a new id, with the full history of another one.
    ///
    /// - Returns: Information about the new conversation, which has the title and the owner of the old one.
    /// - Throws: `HistoryStoreError` with the code `notFound`.
    public func fork(_ id: ConversationID) async throws(HistoryStoreError) -> ConversationInfo {
        try await fork(id, after: nil, as: NewConversation())
    }

    /// Creates a conversation, under a new id, with the history of another one up to an entry.
    ///
    /// - Parameters:
    ///   - id: The conversation to fork.
    ///   - entry: The last entry to copy; `nil` copies all entries.
    /// - Returns: Information about the new conversation, which has the title and the owner of the old one.
    /// - Throws: `HistoryStoreError` with the code `notFound` if the conversation or the entry doesn't exist.
    public func fork(
        _ id: ConversationID,
        after entry: EntryID?
    ) async throws(HistoryStoreError) -> ConversationInfo {
        try await fork(id, after: entry, as: NewConversation())
    }

    /// Creates a conversation with the full history of another one.
    ///
    /// - Parameters:
    ///   - id: The conversation to fork.
    ///   - new: The attributes of the new conversation. Title and owner default to those of the old one.
    /// - Throws: `HistoryStoreError` with the code `notFound`, or as ``create(_:)``.
    public func fork(
        _ id: ConversationID,
        as new: NewConversation
    ) async throws(HistoryStoreError) -> ConversationInfo {
        try await fork(id, after: nil, as: new)
    }

    /// Saves an artifact without a media type.
    ///
    /// An existing artifact of the same name becomes an earlier version.
    ///
    /// - Throws: `HistoryStoreError`: `notFound`, `invalidName`, or `tooLarge`.
    public func saveArtifact(
        _ data: [UInt8],
        named name: String,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> ArtifactInfo {
        try await saveArtifact(data, named: name, type: nil, in: id)
    }

    /// Returns the newest version of an artifact.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound` if the conversation or the artifact doesn't exist.
    public func artifact(named name: String, in id: ConversationID) async throws(HistoryStoreError) -> Artifact {
        try await artifact(named: name, version: nil, in: id)
    }
}
