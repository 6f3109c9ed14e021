public import ConversationHistory

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A request to remove conversations in the trash for good.
public struct PurgeRequest: Hashable, Sendable {
    /// The conversations to remove; `nil` for all in the trash.
    public var ids: [ConversationID]?

    /// The date before which a conversation must have been deleted; `nil` for any date.
    public var deletedBefore: Date?

    private init(ids: [ConversationID]?, deletedBefore: Date?) {
        self.ids = ids
        self.deletedBefore = deletedBefore
    }

    /// A request to remove everything in the trash.
    public static let everything = PurgeRequest(ids: nil, deletedBefore: nil)

    /// Returns a request to remove one conversation if it is in the trash.
    public static func conversation(_ id: ConversationID) -> PurgeRequest {
        PurgeRequest(ids: [id], deletedBefore: nil)
    }

    /// Returns a request to remove the conversations that were deleted before a date.
    public static func deleted(before date: Date) -> PurgeRequest { PurgeRequest(ids: nil, deletedBefore: date) }
}

/// The result of a purge.
public struct PurgeReport: Hashable, Sendable {
    /// A conversation that could not be removed.
    public struct Failure: Hashable, Sendable {
        /// The conversation's id.
        public var id: ConversationID

        /// The reason for the failure.
        public var error: HistoryStoreError

        /// Creates a failure.
        public init(id: ConversationID, error: HistoryStoreError) {
            self.id = id
            self.error = error
        }
    }

    /// The ids of the removed conversations, in ascending order.
    public var conversations: [ConversationID]

    /// The number of removed entries.
    public var entryCount: Int

    /// The number of removed artifacts, each counted once for all its versions.
    public var artifactCount: Int

    /// The requested conversations that could not be removed, with the errors.
    ///
    /// The code `busy` means that a conversation is in use.
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
