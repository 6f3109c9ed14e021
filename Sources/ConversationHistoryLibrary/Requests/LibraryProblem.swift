public import ConversationHistory

/// Damage or an inconsistency in a library.
public struct LibraryProblem: Hashable, Sendable, CustomStringConvertible {
    /// The kind of a problem.
    ///
    /// Later versions may add kinds.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        /// The kind's name.
        public let rawValue: String

        /// Creates a kind from its name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A damaged history: the stored bytes differ from what was written.
        public static let damagedHistory = Kind(rawValue: "damagedHistory")

        /// A history that appears intact but cannot be read.
        ///
        /// A message doesn't decode as the message type, a later version wrote the history, or it exceeds the limits.
        public static let unreadableHistory = Kind(rawValue: "unreadableHistory")

        /// An artifact that cannot be read or differs from what was saved.
        public static let damagedArtifact = Kind(rawValue: "damagedArtifact")

        /// Information about a conversation that differs from its history.
        public static let staleIndex = Kind(rawValue: "staleIndex")

        /// Data that belongs to no conversation.
        public static let stray = Kind(rawValue: "stray")

        /// Damage to the storage itself.
        public static let damagedStorage = Kind(rawValue: "damagedStorage")
    }

    /// The kind.
    public var kind: Kind

    /// The affected conversation, if the problem concerns one.
    public var conversation: ConversationID?

    /// A sentence that describes the problem, without any content of the conversation.
    public var description: String

    /// Creates a problem.
    public init(_ kind: Kind, conversation: ConversationID? = nil, description: String) {
        self.kind = kind
        self.conversation = conversation
        self.description = description
    }
}

extension HistoryStoreError {
    /// The kind of problem if this error means that a history cannot be read; `nil` for other errors.
    package var historyProblem: LibraryProblem.Kind? {
        switch code {
        case .damaged, .notAHistory: .damagedHistory
        case .newerVersion, .wrongMessageType, .undecodableMessage, .tooLarge: .unreadableHistory
        default: nil
        }
    }
}

/// The numbers of conversations, entries and artifacts in a library.
public struct LibraryStatistics: Hashable, Sendable {
    /// The number of conversations outside the trash.
    public var conversationCount = 0

    /// The number of conversations in the trash.
    public var deletedCount = 0

    /// The number of entries in conversations outside the trash.
    public var entryCount = 0

    /// The number of messages among those entries.
    public var messageCount = 0

    /// The number of artifacts of conversations outside the trash.
    public var artifactCount = 0

    /// The size of those artifacts in bytes, over all versions.
    public var artifactBytes = 0

    /// Creates statistics with all counts 0.
    public init() {}
}
