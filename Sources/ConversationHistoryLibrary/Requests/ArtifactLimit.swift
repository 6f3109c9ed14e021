package import ConversationHistory

/// How large an artifact may be: the same for every library.
package enum ArtifactLimit {
    /// 256 MiB.
    package static let byteCount = 256 << 20

    /// Throws if an artifact is too large.
    package static func check(_ count: Int) throws(HistoryStoreError) {
        guard count <= byteCount else {
            throw HistoryStoreError(
                .tooLarge,
                operation: "save an artifact of",
                location: "a library",
                reason: "The artifact has \(count) bytes; the limit is \(byteCount)."
            )
        }
    }
}
