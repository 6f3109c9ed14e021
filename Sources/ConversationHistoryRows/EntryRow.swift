package import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// An entry as it is stored.
package struct EntryRow: Sendable {
    package let id: EntryID
    package let date: Date?
    package let isMessage: Bool
    /// One line of JSON.
    package let body: [UInt8]
    /// The tokens by which it is found; empty if it cannot be.
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

    /// The tokens by which an entry is found.
    package static func words<Message: HistoryMessage>(of entry: HistoryEntry<Message>) -> String {
        entry.message.map { SearchTokenizer.indexText(of: $0.searchableText) } ?? ""
    }
}
