/// What a stored history held beside what this version knows, to be written back as it was.
struct UnknownMembers: Hashable, Sendable {
    /// Beside the history's id and date.
    var header: JSONObject = [:]

    /// Beside the title, the owner and what else changes.
    var state: JSONObject = [:]

    /// In the owner.
    var owner: JSONObject = [:]

    /// In the record of the fork.
    var origin: JSONObject = [:]

    /// The header as it was read, if writing it would lose something.
    var storedHeader: StoredForm?

    /// The state as it was read, without what is the store's, if writing it would lose something.
    var storedState: StoredForm?

    /// What a library keeps with the history; a store that knows nothing of libraries hands it on as it is.
    var library: LibraryRecord?
}
