/// What a stored history held beside what this version knows, to be written back as it was.
package struct UnknownMembers: Hashable, Sendable {
    /// Beside the history's id and date.
    package var header: JSONObject = [:]

    /// Beside the title, the owner and what else changes.
    var state: JSONObject = [:]

    /// In the owner.
    var owner: JSONObject = [:]

    /// In the record of the fork.
    var origin: JSONObject = [:]

    /// The header as it was read, if writing it would lose something.
    package var storedHeader: StoredForm?

    /// The state as it was read, without what is the store's, if writing it would lose something.
    var storedState: StoredForm?

    /// What the keeper of many histories has attached to this one: the member `library` of the state.
    ///
    /// Only the keeper looks into it; every other store hands it on as it is. It doesn't count toward the size of the
    /// state.
    var annotation: JSONValue?

    /// Compares what was read; the stored forms take no part, since an edit may leave nothing that needs them.
    package static func == (left: UnknownMembers, right: UnknownMembers) -> Bool {
        left.header == right.header && left.state == right.state && left.owner == right.owner
            && left.origin == right.origin && left.annotation == right.annotation
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(header)
        hasher.combine(state)
        hasher.combine(owner)
        hasher.combine(origin)
        hasher.combine(annotation)
    }
}
