/// The members of a stored history that this version doesn't know, preserved to be written back unchanged.
package struct UnknownMembers: Hashable, Sendable {
    /// The unknown members of the header.
    package var header: JSONObject = [:]

    /// The unknown members of the state.
    var state: JSONObject = [:]

    /// The unknown members of the owner.
    var owner: JSONObject = [:]

    /// The unknown members of the fork's origin.
    var origin: JSONObject = [:]

    /// The header as it was read, if writing it would not reproduce it.
    package var storedHeader: StoredForm?

    /// The state as it was read, without the store's own members, if writing it would not reproduce it.
    var storedState: StoredForm?

    /// The data that a library has attached to the history: the member `library` of the state.
    ///
    /// Only the library reads it; every other store preserves it. It doesn't count toward the size of the state.
    var annotation: JSONValue?

    /// Compares the members; the stored forms are ignored because an edit can make them unnecessary.
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
