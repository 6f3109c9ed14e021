package import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// The stored form of an entry.
package struct EntryRow: Sendable {
    package let id: EntryID
    package let date: Date?
    package let isMessage: Bool
    /// The entry as one line of JSON.
    package let body: [UInt8]
    /// The search words of the entry; empty if it is not searchable.
    package let words: String

    /// Creates the row of an entry.
    package init<Message: HistoryMessage>(
        _ box: SharedList<HistoryEntry<Message>>.Box,
        _ coding: SnapshotRowCoding<Message>
    ) throws(SnapshotError) {
        let entry = box.value
        id = entry.id
        date = entry.date
        isMessage = entry.message != nil
        body = try coding.line(of: box)
        words = Self.words(of: entry)
    }

    /// Returns the rows of entries.
    package static func rows<Message: HistoryMessage>(
        of entries: [HistoryEntry<Message>],
        _ coding: SnapshotRowCoding<Message>
    ) throws(SnapshotError) -> [EntryRow] {
        let list = SharedList(entries)
        var rows: [EntryRow] = []
        for position in list.indices { rows.append(try EntryRow(list.box(at: position), coding)) }
        return rows
    }

    /// Returns the search words of an entry.
    package static func words<Message: HistoryMessage>(of entry: HistoryEntry<Message>) -> String {
        entry.message.map { SearchTokenizer.indexText(of: $0.searchableText) } ?? ""
    }
}
