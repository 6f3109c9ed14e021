public import ConversationHistory

/// Many conversations: of whom they are, how they are found, and what belongs to them.
///
/// Every library gives the same answers; they differ in where the conversations live and in what a call costs.
///
/// ## Whose conversations
///
/// An application hands on a library that is scoped to an owner:
///
/// ```swift
/// let mine = library.scoped(to: Owner(user: "ada", organization: "analytical"))
/// ```
///
/// To such a library another owner's conversation does not exist: each method answers for it as it answers for an id
/// that was never used. What cannot be hidden is that an id is taken: a conversation is not created under it.
///
/// ## Names
///
/// The ids of conversations and the names of artifacts are compared byte by byte. Any text of 1 to 255 bytes in UTF-8
/// is a name, but for one that holds a NUL; every library accepts the same names, and none of them leads elsewhere. The
/// name of a user or an organisation is any text of at most 1,024 bytes.
///
/// ## Deleting
///
/// What is deleted is in the trash: it is neither listed nor found, it can neither be loaded nor saved, and it can be
/// restored; ``contents(of:)`` alone looks into it. Only a purge removes it for good, and only a call of yours purges.
public protocol ConversationLibrary<Message>: Sendable {
    /// The type of the messages.
    associatedtype Message: HistoryMessage

    /// The store of one conversation.
    associatedtype Store: HistoryStore where Store.Message == Message, Store.Failure == HistoryStoreError

    /// Whose conversations this library shows.
    var scope: LibraryScope { get }

    /// Returns this library as an owner may see it; a scope can only be narrowed.
    ///
    /// - Parameter owner: The owner. If only an organisation is given, the conversations of all its users are shown.
    func scoped(to owner: Owner) -> Self

    /// Creates a conversation in which nothing was said yet.
    ///
    /// - Returns: What is known of it.
    /// - Throws: `HistoryStoreError`: the id is taken (`alreadyExists`) or is no name (`invalidName`), the metadata
    ///   cannot be stored (`notEncodable`), or the owner is outside of the scope (`permissionDenied`).
    func create(_ new: NewConversation) async throws(HistoryStoreError) -> ConversationInfo

    /// Returns what is known of a conversation, without reading what was said.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`.
    func info(of id: ConversationID) async throws(HistoryStoreError) -> ConversationInfo

    /// Lists conversations, page by page, without reading what was said in them.
    ///
    /// Pages stay right while conversations come and go: none is listed twice, and none is left out that was there
    /// from the first page on and did not change its place.
    func list(_ request: ListRequest) async throws(HistoryStoreError) -> ListPage

    /// Gives a conversation a title, or takes it away.
    ///
    /// A title, an owner and metadata that are set here do not get in the way of a `Conversation` that is open on a
    /// store of this library: its next save changes only those of them that it has changed itself.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`.
    func rename(_ id: ConversationID, to title: String?) async throws(HistoryStoreError)

    /// Replaces what the application keeps with a conversation.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`, or `notEncodable` for what cannot be stored.
    func setMetadata(_ metadata: JSONObject, of id: ConversationID) async throws(HistoryStoreError)

    /// Gives a conversation to another owner.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`, or `permissionDenied` for an owner outside of the scope.
    func setOwner(_ owner: Owner?, of id: ConversationID) async throws(HistoryStoreError)

    /// Returns the store of a conversation; nothing is opened or created yet.
    ///
    /// A store of an id that was never used loads nothing, and its first save creates the conversation, for the owner
    /// of the scope. The store of a deleted conversation throws `notFound` for both.
    func store(for id: ConversationID) -> Store

    /// Returns a conversation with all that belongs to it, even if it is in the trash.
    ///
    /// All of it is of one moment, and in memory at once. It is what an export and a backup are made of, and the way to
    /// see what is in the trash before it is restored or purged.
    ///
    /// A file that is damaged does not keep the rest from being read: ``ConversationContents/problems`` names it.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`, or `damaged` for a history that cannot be read.
    func contents(of id: ConversationID) async throws(HistoryStoreError) -> ConversationContents<Message>

    /// Returns what was said in a conversation, even if it is in the trash, without reading its files where the library
    /// can.
    ///
    /// - Throws: As ``contents(of:)``.
    func snapshot(of id: ConversationID) async throws(HistoryStoreError) -> ConversationSnapshot<Message>

    /// Returns a part of a history, without reading the rest of it where the library can.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`.
    func entries(
        of id: ConversationID,
        _ request: EntryRequest
    ) async throws(HistoryStoreError) -> EntryPage<Message>

    /// Appends entries at the end of a history, without loading it where the library can.
    ///
    /// A `Conversation` that is open on the same history meets a conflict at its next save.
    ///
    /// - Throws: `HistoryStoreError`: `notFound`, `notEncodable` or `tooLarge` for what cannot be stored, `notEncodable`
    ///   for an id that another entry of the history has; then none of the entries was appended.
    func append(_ entries: [HistoryEntry<Message>], to id: ConversationID) async throws(HistoryStoreError)

    /// Moves a conversation, with all that belongs to it, into the trash.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`, for what is in the trash already too.
    func delete(_ id: ConversationID) async throws(HistoryStoreError)

    /// Takes a conversation out of the trash.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`, for what is not in the trash too.
    func restore(_ id: ConversationID) async throws(HistoryStoreError)

    /// Removes conversations that are in the trash for good, with all that belongs to them.
    ///
    /// One that cannot be removed, since somebody is using it, does not keep the others.
    ///
    /// - Returns: What was removed, and what was not.
    /// - Throws: `HistoryStoreError` if nothing could be removed at all.
    func purge(_ request: PurgeRequest) async throws(HistoryStoreError) -> PurgeReport

    /// Begins a conversation with what was said in another one; each goes its own way from there.
    ///
    /// - Parameters:
    ///   - id: The conversation to begin with.
    ///   - entry: The last entry that is taken over; the last one there is, unless given.
    ///   - new: What is known of the new conversation; title and owner of the old one, unless given.
    /// - Throws: `HistoryStoreError` with the code `notFound`, for the entry too, or as ``create(_:)``.
    func fork(
        _ id: ConversationID,
        after entry: EntryID?,
        as new: NewConversation
    ) async throws(HistoryStoreError) -> ConversationInfo

    /// Finds entries by what they say; what is in the trash is not found.
    ///
    /// - Returns: One page of hits. The next one is found by the same request with the last hit's cursor.
    func search(_ request: SearchRequest) async throws(HistoryStoreError) -> [SearchHit]

    /// Keeps a file with a conversation; an earlier one of the same name stays as an earlier version.
    ///
    /// - Throws: `HistoryStoreError`: `notFound`, `invalidName`, or `tooLarge`.
    func saveArtifact(
        _ data: [UInt8],
        named name: String,
        type: String?,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> ArtifactInfo

    /// Returns a file of a conversation.
    ///
    /// - Parameters:
    ///   - name: The file's name.
    ///   - version: The version; the newest one unless given.
    ///   - id: The conversation.
    /// - Throws: `HistoryStoreError` with the code `notFound`, for the file or the version too.
    func artifact(
        named name: String,
        version: Int?,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> Artifact

    /// Lists the files of a conversation by their names, each in its newest version.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`.
    func artifacts(in id: ConversationID) async throws(HistoryStoreError) -> [ArtifactInfo]

    /// Removes a file of a conversation for good, in all its versions.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`, for the file too.
    func removeArtifact(named name: String, in id: ConversationID) async throws(HistoryStoreError)

    /// Counts what the library holds, within the scope.
    func statistics() async throws(HistoryStoreError) -> LibraryStatistics

    /// Reads everything within the scope and reports what is damaged or does not fit together.
    func verify() async throws(HistoryStoreError) -> [LibraryProblem]

    /// Copies everything, the trash included, into a library that is made at a path, while others go on to write.
    ///
    /// Each conversation in the copy is of one moment. The copy is on stable storage when this returns; where it fails,
    /// nothing stands at the path, unless the code is `notDurable`. Each library says what kind of library the copy is.
    ///
    /// - Parameter path: Where the copy is to be; its directory must exist.
    /// - Throws: `HistoryStoreError`, with the code `alreadyExists` if anything stands at the path, and with
    ///   `permissionDenied` if this library shows only some owner's conversations.
    func backUp(to path: String) async throws(HistoryStoreError)
}
