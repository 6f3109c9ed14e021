/// Where the parts of a history of one entry a line lie, as far as the next save must know.
struct HistoryLayout: Sendable {
    var lineCount: Int
    /// Over the header and all entry lines.
    var checksum: CRC32
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
}

/// What was read from a stored history.
struct DecodedHistory<Message: HistoryMessage>: Sendable {
    var snapshot: ConversationSnapshot<Message>
    var lineage: String
    var revision: Int
    /// `nil` if the history is not stored one entry a line.
    var layout: HistoryLayout?
    var fingerprint: HistoryFingerprint
    var version: Int
}
