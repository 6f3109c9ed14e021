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
