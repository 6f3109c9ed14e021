public import ConversationHistory

/// The owners whose conversations a library shows.
///
/// A scope can be narrowed, but never widened: a scope of an organization can be narrowed to one of its users, and a
/// scope of one user becomes empty when it is narrowed to another.
public struct LibraryScope: Hashable, Sendable {
    /// The user whose conversations are shown; `nil` for all users.
    public let user: String?

    /// The organization whose conversations are shown; `nil` for all organizations.
    public let organization: String?

    /// Whether the scope shows nothing because it was narrowed to an owner outside it.
    public let isEmpty: Bool

    private init(user: String?, organization: String?, isEmpty: Bool) {
        self.user = user
        self.organization = organization
        self.isEmpty = isEmpty
    }

    /// The scope that shows every conversation.
    public static let everyone = LibraryScope(user: nil, organization: nil, isEmpty: false)

    /// Returns the part of this scope that an owner may see.
    ///
    /// - Parameter owner: The owner; a `nil` user or organization doesn't narrow the scope.
    public func narrowed(to owner: Owner) -> LibraryScope {
        LibraryScope(
            user: user ?? owner.user,
            organization: organization ?? owner.organization,
            isEmpty: isEmpty || !Self.agree(user, owner.user) || !Self.agree(organization, owner.organization)
        )
    }

    /// Returns whether a conversation of this owner is shown.
    public func includes(_ owner: Owner?) -> Bool {
        !isEmpty && (user == nil || Self.isSame(user, owner?.user))
            && (organization == nil || Self.isSame(organization, owner?.organization))
    }

    /// The default owner for conversations created in this scope; `nil` for everyone's scope.
    public var owner: Owner? {
        user == nil && organization == nil ? nil : Owner(user: user, organization: organization)
    }

    private static func agree(_ scope: String?, _ owner: String?) -> Bool {
        scope == nil || owner == nil || isSame(scope, owner)
    }

    /// Compares names byte by byte.
    private static func isSame(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left.utf8.elementsEqual(right.utf8)
    }
}
