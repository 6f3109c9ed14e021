#if SQLite
import CConversationHistorySQLite
import ConversationHistory
import ConversationHistoryRows
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The stored row of a conversation, without its lists.
struct ConversationRow: Sendable {
    let key: Int64
    let lineage: Int64
    let revision: Int64
    /// The random stamp of the last save.
    let stamp: Int64
    let snapshotUpdated: Date?
    let info: ConversationInfo
    /// Whether the owner could not be read.
    private let hasUnknownOwner: Bool
    /// The encoded snapshot without its lists, or `nil` if it was not read.
    let head: [UInt8]?

    /// Throws if a value in the row is damaged: such a conversation is neither read nor overwritten.
    func checkSound() throws(SQLiteFailure) {
        if info.isDamaged { throw .damagedValue }
    }

    /// Throws if the owner is unknown: such a conversation must not appear to be missing.
    func checkOwner() throws(SQLiteFailure) {
        if hasUnknownOwner { throw .damagedValue }
    }

    /// The attributes that a library may change.
    var attributes: ConversationAttributes {
        ConversationAttributes(title: info.title, owner: info.owner, metadata: info.metadata)
    }

    /// The largest plausible number of entries.
    static let largestCount = 1 << 53

    /// The columns that ``init(_:)`` reads, except the optional last one.
    static let columns = """
        key, lineage, revision, id, title, has_owner, owner_user, owner_organization, created, updated, \
        snapshot_updated, deleted, metadata, has_origin, origin_conversation, origin_entry, message_count, entry_count, \
        stamp
        """

    /// Reads the current row of a statement.
    init(_ statement: borrowing SQLiteStatement) throws(SQLiteFailure) {
        key = try statement.int64(at: 0)
        lineage = try statement.int64(at: 1)
        revision = try statement.int64(at: 2)
        // A damaged id matches no conversation, but the problem can still be reported.
        let id = try statement.repairedText(at: 3)
        var info = ConversationInfo(
            id: ConversationID(id),
            created: try statement.date(at: 8),
            updated: try statement.date(at: 9)
        )
        // A damaged value must not prevent other conversations from being listed, or this one from being deleted.
        var hasUnknownOwner = true
        do throws(SQLiteFailure) {
            // The owner comes first, because it must be known even if the rest is damaged.
            let owner = Owner(
                user: try statement.textIfPresent(at: 6),
                organization: try statement.textIfPresent(at: 7)
            )
            let hasOwner = try statement.int(at: 5) != 0
            guard hasOwner || owner == Owner() else { throw .damagedValue }
            if hasOwner { info.owner = owner }
            hasUnknownOwner = false
            _ = try statement.text(at: 3)
            info.title = try statement.textIfPresent(at: 4)
            info.metadata = try statement.withBytes(at: 12) { (bytes) throws(SQLiteFailure) in
                do throws(SnapshotDecodingError) {
                    return try JSONObject(storedBytes: bytes)
                } catch { throw .damagedValue }
            }
            if try statement.int(at: 13) != 0 {
                let conversation = try statement.textIfPresent(at: 14)
                let entry = try statement.textIfPresent(at: 15)
                info.origin = ForkOrigin(conversation: conversation.map { .init($0) }, entry: entry.map { .init($0) })
            }
        } catch { info.isDamaged = true }
        snapshotUpdated = try statement.dateIfPresent(at: 10)
        info.deleted = try statement.dateIfPresent(at: 11)
        info.messageCount = try statement.int(at: 16)
        info.entryCount = try statement.int(at: 17)
        // This limit keeps sums of the counts from overflowing.
        if [info.messageCount, info.entryCount].contains(where: { !(0...Self.largestCount).contains($0) }) {
            (info.messageCount, info.entryCount, info.isDamaged) = (0, 0, true)
        }
        stamp = try statement.int64(at: 18)
        self.info = info
        self.hasUnknownOwner = hasUnknownOwner
        head =
            statement.columnCount > 19
            ? try statement.withBytes(at: 19) { (bytes) throws(SQLiteFailure) -> [UInt8] in Array(bytes) } : nil
    }
}

extension SQLiteStatement {
    /// Returns a date.
    func date(at index: Int32) throws(SQLiteFailure) -> Date {
        let seconds = try double(at: index)
        guard seconds.isFinite else { throw .damagedValue }
        return Date(timeIntervalSinceReferenceDate: seconds)
    }

    /// Returns a date, or `nil` for null.
    func dateIfPresent(at index: Int32) throws(SQLiteFailure) -> Date? {
        isNull(at: index) ? nil : try date(at: index)
    }

    /// Binds a date, or null for `nil`.
    func bind(_ date: Date?, at index: Int32) throws(SQLiteFailure) {
        if let date {
            try bind(date.timeIntervalSinceReferenceDate, at: index)
        } else {
            try bindNull(at: index)
        }
    }

    /// Binds UTF-8 bytes as text.
    func bind(text bytes: [UInt8], at index: Int32) throws(SQLiteFailure) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(SQLiteFailure) in
            try bind(utf8: UnsafeRawBufferPointer(bytes), at: index)
        }
    }

    /// Binds the user and the organization of a scope to two parameters, each null for all.
    func bind(_ scope: LibraryScope, at index: Int32) throws(SQLiteFailure) {
        try bind(scope.user, at: index)
        try bind(scope.organization, at: index + 1)
    }
}
#endif
