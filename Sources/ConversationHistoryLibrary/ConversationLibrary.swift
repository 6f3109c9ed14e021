public import ConversationHistory

/// A collection of conversations with owners, search and artifacts.
///
/// All libraries behave identically; they differ in where they store the conversations and in what a call costs.
///
/// ## Owners
///
/// Scope a library to an owner before you hand it to code that acts for that owner:
///
/// ```swift
/// import ConversationHistory
/// import ConversationHistoryLibrary
///
/// let library = InMemoryConversationLibrary()
/// let mine = library.scoped(to: Owner(user: "ada", organization: "analytical"))
/// ```
///
/// A scoped library hides the conversations of other owners: every method treats their ids as unused. Their ids remain
/// taken, though: no conversation can be created under such an id.
///
/// ## Names
///
/// Ids of conversations and names of artifacts are compared byte by byte. They may be any text of 1 to 255 bytes in
/// UTF-8 without NUL; every library accepts the same names, and no name can escape the library. The name of a user or
/// an organization may be any text of at most 1,024 bytes.
///
/// ## Deleting
///
/// Deleted conversations go to the trash. They can be restored, and they can be read with ``contents(of:)``, but they
/// aren't listed by default, aren't found by a search, and can be neither loaded nor saved. Nothing is removed for good
/// unless you call `purge`.
public protocol ConversationLibrary<Message>: Sendable {
    /// The type of the messages.
    associatedtype Message: HistoryMessage

    /// The store of one conversation.
    associatedtype Store: HistoryStore where Store.Message == Message, Store.Failure == HistoryStoreError

    /// The owners whose conversations this library shows.
    var scope: LibraryScope { get }

    /// Returns this library restricted to an owner; a scope can only be narrowed.
    ///
    /// - Parameter owner: The owner. With an organization alone, the conversations of all its users are shown.
    func scoped(to owner: Owner) -> Self

    /// Creates an empty conversation.
    ///
    /// - Returns: Information about the new conversation.
    /// - Throws: `HistoryStoreError`: the id is taken (`alreadyExists`) or invalid (`invalidName`), the metadata cannot
    ///   be stored (`notEncodable`), or the owner is outside the scope (`permissionDenied`).
    func create(_ new: NewConversation) async throws(HistoryStoreError) -> ConversationInfo

    /// Returns information about a conversation without reading its entries.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`.
    func info(of id: ConversationID) async throws(HistoryStoreError) -> ConversationInfo

    /// Lists conversations page by page, without reading their entries.
    ///
    /// Paging is stable while conversations are added and removed: no conversation is listed twice, and none is skipped
    /// that existed when the first page was read and kept its position.
    ///
    /// - Throws: `HistoryStoreError` with the code `notEncodable` for a date that is not finite, or if the library
    ///   cannot be read.
    func list(_ request: ListRequest) async throws(HistoryStoreError) -> ListPage

    /// Sets or removes the title of a conversation.
    ///
    /// Setting a title, an owner or metadata doesn't cause a conflict for a `Conversation` that is open on a store of
    /// this library: its next save changes only those attributes that it has changed itself.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`.
    func rename(_ id: ConversationID, to title: String?) async throws(HistoryStoreError)

    /// Replaces the application's metadata of a conversation.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`, or `notEncodable` if the metadata cannot be stored.
    func setMetadata(_ metadata: JSONObject, of id: ConversationID) async throws(HistoryStoreError)

    /// Changes the owner of a conversation.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`, or `permissionDenied` if the owner is outside the scope.
    func setOwner(_ owner: Owner?, of id: ConversationID) async throws(HistoryStoreError)

    /// Returns the store of a conversation without opening or creating anything.
    ///
    /// For an unused id, the store loads `nil`, and its first save creates the conversation with the owner of the
    /// scope. The store of a deleted conversation throws `notFound` from both methods.
    func store(for id: ConversationID) -> Store

    /// Returns a conversation with its history and artifacts, even if it is in the trash.
    ///
    /// The contents are consistent, as of one moment, and held in memory as a whole. Exports and backups are made from
    /// them; use them also to inspect a conversation in the trash before you restore or purge it.
    ///
    /// A damaged artifact doesn't stop the rest from being read: ``ConversationContents/problems`` lists it.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`, or `damaged` if the history cannot be read.
    func contents(of id: ConversationID) async throws(HistoryStoreError) -> ConversationContents<Message>

    /// Returns the snapshot of a conversation, even if it is in the trash.
    ///
    /// The artifacts are not read if the library can avoid it.
    ///
    /// - Throws: As ``contents(of:)``.
    func snapshot(of id: ConversationID) async throws(HistoryStoreError) -> ConversationSnapshot<Message>

    /// Returns a part of a history, without reading the rest if the library can avoid it.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`.
    func entries(
        of id: ConversationID,
        _ request: EntryRequest
    ) async throws(HistoryStoreError) -> EntryPage<Message>

    /// Appends entries to a history, without loading it if the library can avoid it.
    ///
    /// A `Conversation` that is open on the same history gets a conflict at its next save.
    ///
    /// - Throws: `HistoryStoreError`: `notFound`; `notEncodable` or `tooLarge` if an entry cannot be stored;
    ///   `notEncodable` if another entry of the history has the same id. After an error, none of the entries was
    ///   appended.
    func append(_ entries: [HistoryEntry<Message>], to id: ConversationID) async throws(HistoryStoreError)

    /// Moves a conversation and its artifacts to the trash.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`, also if the conversation is already in the trash.
    func delete(_ id: ConversationID) async throws(HistoryStoreError)

    /// Restores a conversation from the trash.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`, also if the conversation is not in the trash.
    func restore(_ id: ConversationID) async throws(HistoryStoreError)

    /// Removes conversations in the trash, with their artifacts, for good.
    ///
    /// A conversation that is in use and cannot be removed doesn't stop the others from being removed.
    ///
    /// - Returns: The removed conversations and the failures.
    /// - Throws: `HistoryStoreError` with the code `notEncodable` for a date that is not finite, or if nothing could be
    ///   removed at all.
    func purge(_ request: PurgeRequest) async throws(HistoryStoreError) -> PurgeReport

    /// Creates a conversation with the history of another one; later changes to either don't affect the other.
    ///
    /// - Parameters:
    ///   - id: The conversation to fork.
    ///   - entry: The last entry to copy; `nil` copies all entries.
    ///   - new: The attributes of the new conversation. Title and owner default to those of the old one.
    /// - Throws: `HistoryStoreError` with the code `notFound` if the conversation or the entry doesn't exist, or as
    ///   ``create(_:)``.
    func fork(
        _ id: ConversationID,
        after entry: EntryID?,
        as new: NewConversation
    ) async throws(HistoryStoreError) -> ConversationInfo

    /// Finds entries by their text, outside the trash.
    ///
    /// - Returns: One page of hits. For the next page, repeat the request with the cursor of the last hit.
    /// - Throws: `HistoryStoreError` with the code `notEncodable` for a date that is not finite, or if the library
    ///   cannot be read.
    func search(_ request: SearchRequest) async throws(HistoryStoreError) -> [SearchHit]

    /// Saves an artifact; an existing artifact of the same name becomes an earlier version.
    ///
    /// - Throws: `HistoryStoreError`: `notFound`, `invalidName`, or `tooLarge`.
    func saveArtifact(
        _ data: [UInt8],
        named name: String,
        type: String?,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> ArtifactInfo

    /// Returns an artifact of a conversation.
    ///
    /// - Parameters:
    ///   - name: The artifact's name.
    ///   - version: The version; `nil` for the newest one.
    ///   - id: The conversation.
    /// - Throws: `HistoryStoreError` with the code `notFound` if the conversation, the artifact or the version doesn't
    ///   exist.
    func artifact(
        named name: String,
        version: Int?,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> Artifact

    /// Lists the artifacts of a conversation by name, each in its newest version.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound`.
    func artifacts(in id: ConversationID) async throws(HistoryStoreError) -> [ArtifactInfo]

    /// Removes an artifact in all its versions for good.
    ///
    /// - Throws: `HistoryStoreError` with the code `notFound` if the conversation or the artifact doesn't exist.
    func removeArtifact(named name: String, in id: ConversationID) async throws(HistoryStoreError)

    /// Counts the conversations, entries and artifacts within the scope.
    ///
    /// - Throws: `HistoryStoreError` if the library cannot be read.
    func statistics() async throws(HistoryStoreError) -> LibraryStatistics

    /// Reads everything within the scope and reports damage and inconsistencies.
    ///
    /// - Throws: `HistoryStoreError` if the library cannot be read.
    func verify() async throws(HistoryStoreError) -> [LibraryProblem]

    /// Copies everything, including the trash, into a new library at a path, while other callers continue to write.
    ///
    /// Each conversation in the copy is consistent, as of one moment. When this returns, the copy is on stable storage.
    /// On failure, nothing is left at the path, unless the error's code is `notDurable`. Each library documents which
    /// kind of library the copy is.
    ///
    /// - Parameter path: The path of the copy; its parent directory must exist.
    /// - Throws: `HistoryStoreError`, with the code `alreadyExists` if the path exists, and with `permissionDenied` if
    ///   this library is scoped to an owner.
    func backUp(to path: String) async throws(HistoryStoreError)
}
