package import DurableFiles

/// Where the parts of a history of one entry a line lie, as far as the next save must know.
package struct HistoryLayout: Sendable {
    package var lineCount: Int
    /// Over the header and all entry lines.
    package var checksum: CRC32
    /// Where the footer begins: at the line feed before its bracket.
    var footerOffset: Int
    /// The bytes of the footer, with the line feeds at both ends.
    var footerCount: Int
    /// The checksum that the footer holds: over all that the history says.
    var footerChecksum: UInt32
    /// How many bytes are blanks that were footers once.
    var blankCount: Int
    /// Whether nothing but the header, the entries, blanks and this footer is there, so that a save may append.
    var isClean: Bool

    /// The end of the footer: the checksum, by which it differs from the footer of any other state.
    package var footerEnd: FileContent {
        let bytes = HistoryFooter.digits(of: footerChecksum) + Array("\"}}".utf8)
        // Without the last line feed, which a save that was cut short may not have written.
        return FileContent(offset: Int64(footerOffset + footerCount - 1 - bytes.count), bytes: bytes)
    }
}

/// What was read from a stored history.
package struct DecodedHistory<Message: HistoryMessage>: Sendable {
    package var snapshot: ConversationSnapshot<Message>
    var lineage: String
    var revision: Int
    /// `nil` if the history is not stored one entry a line.
    package var layout: HistoryLayout?
    var fingerprint: HistoryFingerprint
    var version: Int
}
