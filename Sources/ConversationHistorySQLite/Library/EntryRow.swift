#if SQLite
import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An entry as it is stored.
struct EntryRow: Sendable {
    let id: EntryID
    let date: Date?
    let isMessage: Bool
    /// One line of JSON.
    let body: [UInt8]
    /// The tokens by which it is found; empty if it cannot be.
    let words: String

    init<Message: HistoryMessage>(
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

    /// The tokens by which an entry is found.
    static func words<Message: HistoryMessage>(of entry: HistoryEntry<Message>) -> String {
        entry.message.map { SearchTokenizer.indexText(of: $0.searchableText) } ?? ""
    }
}
#endif
