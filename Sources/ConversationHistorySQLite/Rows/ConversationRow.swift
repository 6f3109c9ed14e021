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

/// A conversation as it is stored, without its lists.
struct ConversationRow: Sendable {
    let key: Int64
    let lineage: Int64
    let revision: Int64
    /// The random mark of the last save.
    let stamp: Int64
    let snapshotUpdated: Date?
    let info: ConversationInfo
    /// Whether it is not known whose the conversation is.
    private let hasUnknownOwner: Bool
    /// The snapshot without its lists; `nil` if it was not read.
    let head: [UInt8]?

    /// Throws if a value of it could not be understood: it is neither read nor written over.
    func checkSound() throws(SQLiteFailure) {
        if info.isDamaged { throw .damagedValue }
    }

    /// Throws if it is not known whose the conversation is: it must not look like one that does not exist.
    func checkOwner() throws(SQLiteFailure) {
        if hasUnknownOwner { throw .damagedValue }
    }

    /// What a library may change of it.
    var attributes: ConversationAttributes {
        ConversationAttributes(title: info.title, owner: info.owner, metadata: info.metadata)
    }

    /// What no number of entries comes near.
    static let largestCount = 1 << 53

    /// The columns that ``init(_:)`` reads, the last of which may be left out.
    static let columns = """
        key, lineage, revision, id, title, has_owner, owner_user, owner_organization, created, updated, \
        snapshot_updated, deleted, metadata, has_origin, origin_conversation, origin_entry, message_count, entry_count, \
        stamp
        """

    /// Reads the row that a statement has come to.
    init(_ statement: borrowing SQLiteStatement) throws(SQLiteFailure) {
        key = try statement.int64(at: 0)
        lineage = try statement.int64(at: 1)
        revision = try statement.int64(at: 2)
        // There is no such conversation if it is no text, but it can be told of.
        let id = try statement.repairedText(at: 3)
        var info = ConversationInfo(
            id: ConversationID(id),
            created: try statement.date(at: 8),
            updated: try statement.date(at: 9)
        )
        // What cannot be understood does not keep others from being listed, nor this one from being deleted.
        var hasUnknownOwner = true
        do throws(SQLiteFailure) {
            // First: whose the conversation is must be known even if the rest is damaged.
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
        // Sums of them do not overflow.
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

    /// Binds a date, or null.
    func bind(_ date: Date?, at index: Int32) throws(SQLiteFailure) {
        if let date {
            try bind(date.timeIntervalSinceReferenceDate, at: index)
        } else {
            try bindNull(at: index)
        }
    }

    /// Binds bytes that are UTF-8 as text.
    func bind(text bytes: [UInt8], at index: Int32) throws(SQLiteFailure) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(SQLiteFailure) in
            try bind(utf8: UnsafeRawBufferPointer(bytes), at: index)
        }
    }

    /// Binds whose conversations are looked for: a user and an organisation, each null for all.
    func bind(_ scope: LibraryScope, at index: Int32) throws(SQLiteFailure) {
        try bind(scope.user, at: index)
        try bind(scope.organization, at: index + 1)
    }
}
#endif
