public import ConversationHistory
import ConversationHistoryLibrary

/// The result of an import.
public struct ImportReport: Hashable, Sendable {
    /// A conversation and its position in the archive.
    public struct Item: Hashable, Sendable {
        /// The conversation's id in the archive.
        public var id: ConversationID

        /// The conversation's id in the library, which differs only if the conversation was renamed.
        public var storedID: ConversationID

        /// The first line of the conversation in the archive, counted from 1.
        public var line: Int
    }

    /// A conversation that was not imported.
    public struct Refusal: Hashable, Sendable {
        /// The conversation's id in the archive.
        public var id: ConversationID

        /// The reason, with the position of the conversation.
        public var error: ArchiveError
    }

    /// The added conversations, including the renamed ones.
    public var imported: [Item] = []

    /// The conversations that the library already had, with the same content.
    public var alreadyThere: [Item] = []

    /// The conversations left out because the library has others with the same ids.
    public var skipped: [Item] = []

    /// The conversations in ``imported`` that were given a new id.
    public var renamed: [Item] = []

    /// The conversations that replaced others.
    public var replaced: [Item] = []

    /// The refused conversations; empty unless the import continues after refusals.
    public var refused: [Refusal] = []

    /// Creates an empty report.
    public init() {}

    /// Appends the report of another import.
    package mutating func append(_ other: ImportReport) {
        imported += other.imported
        alreadyThere += other.alreadyThere
        skipped += other.skipped
        renamed += other.renamed
        replaced += other.replaced
        refused += other.refused
    }
}

/// The handling of a conversation whose id belongs to another conversation in the library.
///
/// A conversation that the library has with the same content is never imported again. A conversation with the same
/// history but without some of the files was left by an interrupted import: the import completes it, whichever case is
/// set, and takes it out of the trash unless the archive has it in the trash. With all files present, a conversation
/// that is in the trash in only one of the two counts as another conversation.
public enum ImportCollision: String, Hashable, Sendable, CaseIterable {
    /// The import fails before it writes any part of the conversation.
    case fail

    /// The import leaves the conversation out.
    case skip

    /// The conversation gets a new id, derived from the old one and its content: a repeated import adds no duplicate.
    case rename

    /// The conversation replaces the existing one, of which nothing is removed before the new one is complete.
    ///
    /// An interrupted import may leave the files of both, the new ones under separate names; repeating the import
    /// completes the replacement.
    case replace
}

/// The size limits of an import.
public struct ImportLimits: Hashable, Sendable {
    /// The longest line, in bytes.
    ///
    /// Defaults to 512 MiB, which holds any entry and any state.
    public var lineBytes: Int

    /// The largest conversation with its artifacts, in bytes.
    ///
    /// Defaults to 1 GiB. A conversation stays in memory until all of it has been checked.
    public var conversationBytes: Int

    /// Creates limits.
    public init(lineBytes: Int = 512 << 20, conversationBytes: Int = 1 << 30) {
        self.lineBytes = lineBytes
        self.conversationBytes = conversationBytes
    }
}
