/// How large a history may be, and in which form its messages must be writable.
///
/// A ``Conversation`` refuses whatever its store could not save with these limits at the moment when it would enter the
/// conversation.
public struct HistoryLimits: Hashable, Sendable {
    /// The bytes of the largest entry: 256 MiB unless set.
    ///
    /// What counts is the line of the entry, as <doc:FileFormat> describes it, without its marks `pinned` and
    /// `incomplete`. The title, the owner, the metadata, the usage of the running turn and the message that is being
    /// streamed have as much room together. A stored line is at most 4 KiB longer than this.
    public var entryBytes: Int

    /// The bytes of the largest history that must be read as a whole, as it is not stored one entry a line: 1 GiB
    /// unless set.
    public var documentBytes: Int

    /// The form in which the messages must be writable: ``SnapshotStyle/lines`` unless set.
    ///
    /// Only ``SnapshotStyle/version1`` makes a difference. It has no place for some messages, and no room for more than
    /// ``documentBytes``.
    public var style: SnapshotStyle

    /// Creates limits.
    public init(
        entryBytes: Int = 256 << 20,
        documentBytes: Int = 1 << 30,
        style: SnapshotStyle = .lines
    ) {
        self.entryBytes = entryBytes
        self.documentBytes = documentBytes
        self.style = style
    }
}

extension HistoryLimits {
    /// By how much the record of a turn or a rewind may be longer than the largest entry: whatever is not the
    /// application's has room there.
    static var recordAllowance: Int { 1 << 10 }

    /// By how much any line may be longer than the largest entry; the footer needs most of it.
    private static var lineAllowance: Int { 4 << 10 }

    /// The bytes of the longest line.
    var lineBytes: Int { min(entryBytes, .max - Self.lineAllowance - 1) + Self.lineAllowance }

    /// Throws if a part of a history is too large.
    ///
    /// - Parameter count: Its bytes, without those that have room of their own.
    package func check(_ part: String, _ count: Int) throws(SnapshotError) {
        guard count <= entryBytes else { throw .tooLarge(part, count, limit: entryBytes) }
    }
}
