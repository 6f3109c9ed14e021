/// Limits for the size of a history and the form of its messages.
///
/// A ``Conversation`` checks everything that enters it against the limits of its store, and refuses at once what the
/// store could not save.
public struct HistoryLimits: Hashable, Sendable {
    /// The size of the largest entry in bytes: 256 MiB by default.
    ///
    /// The limit applies to the entry's line in the history file, as described in <doc:FileFormat>, without its marks
    /// `pinned` and `incomplete`. It also applies to the sum of the title, the owner, the metadata, the usage of the
    /// running turn and the message that is being streamed. A stored line is at most 4 KiB longer than the limit.
    public var entryBytes: Int

    /// The size in bytes of the largest history that isn't stored with one entry per line: 1 GiB by default.
    ///
    /// Such a history has to be read as a whole.
    public var documentBytes: Int

    /// The style in which the messages must be writable: ``SnapshotStyle/lines`` by default.
    ///
    /// Only ``SnapshotStyle/version1`` makes a difference: it cannot represent some messages, and is limited to
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
    /// The number of bytes by which the record of a turn or a rewind may exceed the largest entry.
    ///
    /// It leaves room for the members that the package adds to the application's.
    static var recordAllowance: Int { 1 << 10 }

    /// The number of bytes by which any line may exceed the largest entry; the footer needs most of them.
    private static var lineAllowance: Int { 4 << 10 }

    /// The size of the longest line in bytes.
    var lineBytes: Int { min(entryBytes, .max - Self.lineAllowance - 1) + Self.lineAllowance }

    /// Throws an error if a part of a history is too large.
    ///
    /// - Parameter count: The size of the part in bytes, without members that have extra room.
    package func check(_ part: String, _ count: Int) throws(SnapshotError) {
        guard count <= entryBytes else { throw .tooLarge(part, count, limit: entryBytes) }
    }
}
