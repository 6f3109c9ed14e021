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
