public import ConversationHistory

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What is removed from the trash for good.
public struct PurgeRequest: Hashable, Sendable {
    /// Only these conversations; all that are in the trash if `nil`.
    public var ids: [ConversationID]?

    /// Only those that were deleted before this date.
    public var deletedBefore: Date?

    private init(ids: [ConversationID]?, deletedBefore: Date?) {
        self.ids = ids
        self.deletedBefore = deletedBefore
    }

    /// Everything that is in the trash.
    public static let everything = PurgeRequest(ids: nil, deletedBefore: nil)

    /// One conversation, if it is in the trash.
    public static func conversation(_ id: ConversationID) -> PurgeRequest {
        PurgeRequest(ids: [id], deletedBefore: nil)
    }

    /// What has been in the trash since before a date.
    public static func deleted(before date: Date) -> PurgeRequest { PurgeRequest(ids: nil, deletedBefore: date) }
}

/// What a purge removed.
public struct PurgeReport: Hashable, Sendable {
    /// A conversation that could not be removed.
    public struct Failure: Hashable, Sendable {
        /// Its id.
        public var id: ConversationID

        /// Why not.
        public var error: HistoryStoreError

        /// Creates a failure.
        public init(id: ConversationID, error: HistoryStoreError) {
            self.id = id
            self.error = error
        }
    }

    /// The conversations, in the order of their ids.
    public var conversations: [ConversationID]

    /// How many entries they had.
    public var entryCount: Int

    /// How many artifacts they had, each in all its versions.
    public var artifactCount: Int

    /// The conversations that were to be removed as well and are still there, for what their errors say: with the code
    /// `busy`, somebody is using them.
    public var failures: [Failure]

    /// Creates a report.
    public init(
        conversations: [ConversationID] = [],
        entryCount: Int = 0,
        artifactCount: Int = 0,
        failures: [Failure] = []
    ) {
        self.failures = failures
        self.conversations = conversations
        self.entryCount = entryCount
        self.artifactCount = artifactCount
    }
}
