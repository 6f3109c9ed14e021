package import ConversationHistory

/// Validates conversation ids, artifact names and owner names, with the same rules for every library.
package enum LibraryName {
    /// The maximum length of a name, in bytes.
    package static let maximumCount = 255

    /// The maximum length of a user's or an organization's name, in bytes: it has to fit into an index next to an id.
    package static let maximumOwnerCount = 1_024

    /// Throws if a name of an owner is too long.
    package static func check(_ owner: Owner?, operation: String) throws(HistoryStoreError) {
        for name in [owner?.user, owner?.organization].compactMap(\.self) where name.utf8.count > maximumOwnerCount {
            throw HistoryStoreError(
                .invalidName,
                operation: operation,
                location: "a library",
                reason: "The name of a user or an organization has at most \(maximumOwnerCount) bytes."
            )
        }
    }

    /// Throws if a name is invalid.
    package static func check(_ name: String, operation: String) throws(HistoryStoreError) {
        let bytes = name.utf8
        guard !bytes.isEmpty, bytes.count <= maximumCount, !bytes.contains(0) else {
            throw HistoryStoreError(
                .invalidName,
                operation: operation,
                location: "a library",
                reason: "A name has 1 to \(maximumCount) bytes and no NUL."
            )
        }
    }
}
