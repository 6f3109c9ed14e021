package import ConversationHistory

/// Which texts are names of conversations, artifacts and owners: the same for every library.
package enum LibraryName {
    /// The most bytes that a name has.
    package static let maximumCount = 255

    /// The most bytes that the name of a user or an organisation has: an index has to hold it, beside an id.
    package static let maximumOwnerCount = 1_024

    /// Throws if an owner has a name that is too long.
    package static func check(_ owner: Owner?, operation: String) throws(HistoryStoreError) {
        for name in [owner?.user, owner?.organization].compactMap(\.self) where name.utf8.count > maximumOwnerCount {
            throw HistoryStoreError(
                .invalidName,
                operation: operation,
                location: "a library",
                reason: "The name of a user or an organisation has at most \(maximumOwnerCount) bytes."
            )
        }
    }

    /// Throws if a text is no name.
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
