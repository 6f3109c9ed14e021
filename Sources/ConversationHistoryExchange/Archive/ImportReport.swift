public import ConversationHistory
import ConversationHistoryLibrary

/// What an import did.
public struct ImportReport: Hashable, Sendable {
    /// A conversation, and where it begins.
    public struct Item: Hashable, Sendable {
        /// The id that it has in the archive.
        public var id: ConversationID

        /// The id under which the library has it; another one only if it was renamed.
        public var storedID: ConversationID

        /// The line of the archive, counted from 1.
        public var line: Int
    }

    /// A conversation that was not imported.
    public struct Refusal: Hashable, Sendable {
        /// The id that it has in the archive.
        public var id: ConversationID

        /// Why, and where it begins.
        public var error: ArchiveError
    }

    /// Those that were added, the renamed ones too.
    public var imported: [Item] = []

    /// Those that are there already, with the same content.
    public var alreadyThere: [Item] = []

    /// Those that were left out, as the library has others of the same ids.
    public var skipped: [Item] = []

    /// Those of ``imported`` that were given a new id.
    public var renamed: [Item] = []

    /// Those that took the place of others.
    public var replaced: [Item] = []

    /// Those that were refused; there are some only if the import was to go on.
    public var refused: [Refusal] = []

    /// Creates a report of nothing.
    public init() {}

    /// Adds what another import did.
    package mutating func append(_ other: ImportReport) {
        imported += other.imported
        alreadyThere += other.alreadyThere
        skipped += other.skipped
        renamed += other.renamed
        replaced += other.replaced
        refused += other.refused
    }
}

/// What becomes of a conversation if the library has another one of the same id.
///
/// One that is there with the same content is never imported again. One that is there with the same history, but without
/// some of the files, is what an import that was cut off has left: it is completed, whatever is asked for, and taken out
/// of the trash if it is not in the trash of the archive. One with all the files that is in the trash in only one of both
/// places is another one.
public enum ImportCollision: String, Hashable, Sendable, CaseIterable {
    /// The import fails before anything of the conversation is written.
    case fail

    /// The conversation is left out.
    case skip

    /// The conversation is given a new id, made of the old one and its content: importing again makes no second one.
    case rename

    /// The conversation takes the place of the one that is there, of which nothing goes before all of the new is there.
    ///
    /// An import that is cut off meanwhile may leave both's files, the new ones under names of their own; the same import
    /// again makes it whole.
    case replace
}

/// How much an import takes in before it refuses.
public struct ImportLimits: Hashable, Sendable {
    /// The bytes of the longest line: 512 MiB unless set, which any entry and any state fit into.
    public var lineBytes: Int

    /// The bytes of the largest conversation, with its artifacts: 1 GiB unless set.
    ///
    /// A conversation is in memory until all of it was checked.
    public var conversationBytes: Int

    /// Creates limits.
    public init(lineBytes: Int = 512 << 20, conversationBytes: Int = 1 << 30) {
        self.lineBytes = lineBytes
        self.conversationBytes = conversationBytes
    }
}
