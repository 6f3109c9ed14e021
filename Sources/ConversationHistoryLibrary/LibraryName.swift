package import ConversationHistory

/// Which texts are names of conversations and artifacts: the same for every library.
package enum LibraryName {
    /// The most bytes that a name has.
    package static let maximumCount = 255

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
