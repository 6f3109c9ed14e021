public import ConversationHistory

/// Something in a library that is damaged or does not fit together.
public struct LibraryProblem: Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    ///
    /// The set is open: later versions may find more.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        /// The kind's name.
        public let rawValue: String

        /// Creates a kind from its name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A history is damaged: what is stored is not what was written.
        public static let damagedHistory = Kind(rawValue: "damagedHistory")

        /// A history is intact as far as can be told, and cannot be read: a message does not decode as the type, a later
        /// version wrote it, or it is larger than the limits.
        public static let unreadableHistory = Kind(rawValue: "unreadableHistory")

        /// An artifact cannot be read, or is not as it was saved.
        public static let damagedArtifact = Kind(rawValue: "damagedArtifact")

        /// What is known of a conversation differs from its history.
        public static let staleIndex = Kind(rawValue: "staleIndex")

        /// Something is there that belongs to no conversation.
        public static let stray = Kind(rawValue: "stray")

        /// The place itself is damaged.
        public static let damagedStorage = Kind(rawValue: "damagedStorage")
    }

    /// What is wrong.
    public var kind: Kind

    /// The conversation that it is about, if it is about one.
    public var conversation: ConversationID?

    /// What is wrong, in a sentence; it holds nothing of what was said.
    public var description: String

    /// Creates a problem.
    public init(_ kind: Kind, conversation: ConversationID? = nil, description: String) {
        self.kind = kind
        self.conversation = conversation
        self.description = description
    }
}

extension HistoryStoreError {
    /// What it says of a history that it cannot be read, for this reason; `nil` if it is about something else.
    package var historyProblem: LibraryProblem.Kind? {
        switch code {
        case .damaged, .notAHistory: .damagedHistory
        case .newerVersion, .wrongMessageType, .undecodableMessage, .tooLarge: .unreadableHistory
        default: nil
        }
    }
}

/// How much a library holds.
public struct LibraryStatistics: Hashable, Sendable {
    /// The conversations that are not in the trash.
    public var conversationCount = 0

    /// The conversations that are.
    public var deletedCount = 0

    /// The entries of the conversations that are not in the trash.
    public var entryCount = 0

    /// The messages among them.
    public var messageCount = 0

    /// The artifacts of the conversations that are not in the trash.
    public var artifactCount = 0

    /// The bytes of those artifacts, in all versions.
    public var artifactBytes = 0

    /// Creates statistics of nothing.
    public init() {}
}
