/// The user and the organization that a conversation belongs to.
public struct Owner: Hashable, Sendable {
    /// The id of the user.
    public var user: String?

    /// The id of the user's organization.
    public var organization: String?

    /// Creates an owner.
    public init(user: String? = nil, organization: String? = nil) {
        self.user = user
        self.organization = organization
    }
}
