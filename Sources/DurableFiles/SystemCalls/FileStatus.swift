/// What the system tells about a file.
package struct FileStatus: Hashable, Sendable {
    /// What stands under a name.
    package enum Kind: Hashable, Sendable {
        case regular
        case directory
        case symbolicLink
        case other
    }

    /// What it is.
    package var kind: Kind

    /// Which file it is, and in what state.
    package var identity: FileIdentity

    /// The user that owns it.
    package var owner: UInt32

    /// The group that owns it.
    package var group: UInt32

    /// Creates a status.
    package init(kind: Kind, identity: FileIdentity, owner: UInt32, group: UInt32) {
        self.kind = kind
        self.identity = identity
        self.owner = owner
        self.group = group
    }
}
