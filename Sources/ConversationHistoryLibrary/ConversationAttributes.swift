package import ConversationHistory

/// What a library may change of a conversation while someone else has it open: its title, owner and metadata.
///
/// A save changes only those of them that its snapshot has changed since the store last saw them, so that a new title
/// that was given in a list of conversations is not undone by the next turn.
package struct ConversationAttributes: Hashable, Sendable {
    package var title: String?
    package var owner: Owner?
    package var metadata: JSONObject

    /// Creates attributes.
    package init(title: String?, owner: Owner?, metadata: JSONObject) {
        self.title = title
        self.owner = owner
        self.metadata = metadata
    }

    package init<Message>(_ snapshot: ConversationSnapshot<Message>) {
        title = snapshot.title
        owner = snapshot.owner
        metadata = snapshot.metadata
    }

    /// Returns what is to be stored.
    ///
    /// - Parameters:
    ///   - seen: What the writer saw last.
    ///   - stored: What is stored now.
    package func merged(seen: ConversationAttributes, stored: ConversationAttributes) -> ConversationAttributes {
        let changes = changes(since: seen)
        var merged = stored
        if changes.title { merged.title = title }
        if changes.owner { merged.owner = owner }
        if changes.metadata { merged.metadata = metadata }
        return merged
    }

    /// Returns which of them the writer has changed.
    ///
    /// - Parameter seen: What the writer saw last.
    package func changes(since seen: ConversationAttributes) -> (title: Bool, owner: Bool, metadata: Bool) {
        (!Self.isSame(title, seen.title), !Self.isSame(owner, seen.owner), metadata != seen.metadata)
    }

    /// Compares by bytes: a title that is spelt with other scalars is another one.
    private static func isSame(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left.hasSameBytes(as: right)
    }

    private static func isSame(_ left: Owner?, _ right: Owner?) -> Bool {
        (left == nil) == (right == nil) && isSame(left?.user, right?.user)
            && isSame(left?.organization, right?.organization)
    }

    /// Whether these are the same, byte by byte.
    package func isSame(as other: ConversationAttributes) -> Bool {
        Self.isSame(title, other.title) && Self.isSame(owner, other.owner) && metadata == other.metadata
    }

    /// Gives a snapshot these attributes.
    package func apply<Message>(to snapshot: inout ConversationSnapshot<Message>) {
        snapshot.title = title
        snapshot.owner = owner
        snapshot.metadata = metadata
    }
}

extension SeenState {
    /// Creates a record of a state that is merged with later changes of its attributes.
    package init(revision: StoredRevision, attributes: ConversationAttributes?) {
        self.init(revision: revision, details: attributes)
    }

    /// The title, the owner and the metadata as the writer has seen them.
    package var attributes: ConversationAttributes? { details as? ConversationAttributes }
}
