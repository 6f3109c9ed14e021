package import ConversationHistory

/// The attributes of a conversation that a library may change while a store has it open: title, owner and metadata.
///
/// A save writes only the attributes that the snapshot has changed since the store last loaded or saved it. The next
/// turn therefore doesn't undo a title that was set from a list of conversations.
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

    /// Returns the attributes to store.
    ///
    /// - Parameters:
    ///   - seen: The attributes that the writer last loaded or saved.
    ///   - stored: The attributes that are stored now.
    package func merged(seen: ConversationAttributes, stored: ConversationAttributes) -> ConversationAttributes {
        let changes = changes(since: seen)
        var merged = stored
        if changes.title { merged.title = title }
        if changes.owner { merged.owner = owner }
        if changes.metadata { merged.metadata = metadata }
        return merged
    }

    /// Returns flags for the attributes that the writer has changed.
    ///
    /// - Parameter seen: The attributes that the writer last loaded or saved.
    package func changes(since seen: ConversationAttributes) -> (title: Bool, owner: Bool, metadata: Bool) {
        (!Self.isSame(title, seen.title), !Self.isSame(owner, seen.owner), metadata != seen.metadata)
    }

    /// Compares bytes: `String` equality would ignore a change between canonically equivalent spellings.
    private static func isSame(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left.hasSameBytes(as: right)
    }

    private static func isSame(_ left: Owner?, _ right: Owner?) -> Bool {
        (left == nil) == (right == nil) && isSame(left?.user, right?.user)
            && isSame(left?.organization, right?.organization)
    }

    /// Compares the attributes byte by byte.
    package func isSame(as other: ConversationAttributes) -> Bool {
        Self.isSame(title, other.title) && Self.isSame(owner, other.owner) && metadata == other.metadata
    }

    /// Sets the attributes of a snapshot.
    package func apply<Message>(to snapshot: inout ConversationSnapshot<Message>) {
        snapshot.title = title
        snapshot.owner = owner
        snapshot.metadata = metadata
    }
}

extension SeenState {
    /// Creates a state whose attributes are merged with later changes.
    package init(revision: StoredRevision, attributes: ConversationAttributes?) {
        self.init(revision: revision, details: attributes)
    }

    /// The title, owner and metadata that the writer last loaded or saved.
    package var attributes: ConversationAttributes? { details as? ConversationAttributes }
}
