#if PostgreSQL
import ConversationHistory
import ConversationHistoryRows
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A stored conversation without its lists.
struct ConversationRow: Sendable {
    let key: Int64
    let revision: Int64
    let stamp: Int64
    let snapshotUpdated: Date?
    let info: ConversationInfo
    /// Whether the owner could not be read.
    private let hasUnknownOwner: Bool
    let turnCount: Int
    let rewindCount: Int
    /// The encoded snapshot without its lists; `nil` if it was not read.
    let head: [UInt8]?

    /// Throws if any value was unreadable, because such a conversation must be neither read nor overwritten.
    func checkSound() throws(PostgresFailure) {
        if info.isDamaged { throw .unexpectedValue }
    }

    /// Throws if the owner was unreadable, because the conversation must not look like a missing one.
    func checkOwner() throws(PostgresFailure) {
        if hasUnknownOwner { throw .unexpectedValue }
    }

    /// The attributes that a library can change.
    var attributes: ConversationAttributes {
        ConversationAttributes(title: info.title, owner: info.owner, metadata: info.metadata)
    }

    /// The columns that ``init(_:_:)`` reads.
    static let columns = """
        key, revision, stamp, id, title, has_owner, owner_user, owner_organization, created, updated, \
        snapshot_updated, deleted, metadata, has_origin, origin_conversation, origin_entry, message_count, entry_count, \
        turn_count, rewind_count
        """

    /// The columns that ``init(_:_:)`` reads, including the head.
    static let columnsWithHead = columns + ", head"

    /// Reads a row of a result that contains exactly these columns.
    init(_ result: PostgresResult, _ row: Int) throws(PostgresFailure) {
        key = try result.int64(row, 0)
        revision = try result.int64(row, 1)
        stamp = try result.int64(row, 2)
        guard let created = try result.date(row, 8), let updated = try result.date(row, 9) else {
            throw .unexpectedValue
        }
        var info = ConversationInfo(
            id: result.id(row, 3),
            created: created,
            updated: updated
        )
        turnCount = try result.int(row, 18)
        rewindCount = try result.int(row, 19)
        // An unreadable value must prevent neither listing other conversations nor deleting this one.
        var hasUnknownOwner = true
        do throws(PostgresFailure) {
            // The owner comes first, because it must be known even if the rest is damaged.
            if try result.bool(row, 5) {
                info.owner = Owner(user: try result.name(row, 6), organization: try result.name(row, 7))
            } else if !result.isNull(row, 6) || !result.isNull(row, 7) {
                throw .unexpectedValue
            }
            hasUnknownOwner = false
            _ = try result.requiredName(row, 3)
            info.messageCount = try result.count(row, 16)
            info.entryCount = try result.count(row, 17)
            info.title = try result.name(row, 4)
            info.metadata = try result.withBytes(row, 12) { (bytes) throws(PostgresFailure) in
                do throws(SnapshotDecodingError) {
                    return try JSONObject(storedBytes: bytes)
                } catch { throw .unexpectedValue }
            }
            if try result.bool(row, 13) {
                let conversation = try result.name(row, 14)
                let entry = try result.name(row, 15)
                info.origin = ForkOrigin(conversation: conversation.map { .init($0) }, entry: entry.map { .init($0) })
            }
        } catch { info.isDamaged = true }
        snapshotUpdated = try result.date(row, 10)
        info.deleted = try result.date(row, 11)
        self.info = info
        self.hasUnknownOwner = hasUnknownOwner
        head = result.columnCount > 20 ? result.bytes(row, 20) : nil
    }

    /// Reads the only row of a result; `nil` if the result is empty.
    static func first(_ result: PostgresResult) throws(PostgresFailure) -> ConversationRow? {
        result.isEmpty ? nil : try ConversationRow(result, 0)
    }
}
#endif
