public import ConversationHistory

/// Whose conversations a library shows.
///
/// A scope can be narrowed, and never widened: what is scoped to an organisation can be scoped to one of its users, and
/// what is scoped to one user shows nothing when it is scoped to another.
public struct LibraryScope: Hashable, Sendable {
    /// The user whose conversations are shown; `nil` for those of all users.
    public let user: String?

    /// The organisation whose conversations are shown; `nil` for those of all organisations.
    public let organization: String?

    /// Whether nothing is shown, as the scope was narrowed to someone outside of it.
    public let isEmpty: Bool

    private init(user: String?, organization: String?, isEmpty: Bool) {
        self.user = user
        self.organization = organization
        self.isEmpty = isEmpty
    }

    /// Every conversation.
    public static let everyone = LibraryScope(user: nil, organization: nil, isEmpty: false)

    /// Returns the part of this scope that an owner may see.
    ///
    /// - Parameter owner: The owner; a member that is `nil` narrows nothing.
    public func narrowed(to owner: Owner) -> LibraryScope {
        LibraryScope(
            user: user ?? owner.user,
            organization: organization ?? owner.organization,
            isEmpty: isEmpty || !Self.agree(user, owner.user) || !Self.agree(organization, owner.organization)
        )
    }

    /// Tells whether a conversation of an owner is shown.
    public func includes(_ owner: Owner?) -> Bool {
        !isEmpty && (user == nil || Self.isSame(user, owner?.user))
            && (organization == nil || Self.isSame(organization, owner?.organization))
    }

    /// The owner of what is created in this scope without one; `nil` for everyone's.
    public var owner: Owner? {
        user == nil && organization == nil ? nil : Owner(user: user, organization: organization)
    }

    private static func agree(_ scope: String?, _ owner: String?) -> Bool {
        scope == nil || owner == nil || isSame(scope, owner)
    }

    /// Names are compared by their bytes.
    private static func isSame(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left.utf8.elementsEqual(right.utf8)
    }
}
