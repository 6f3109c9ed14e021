package import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension SearchRequest {
    /// Whether an entry is one of those that are searched.
    package func includes<Message>(_ entry: HistoryEntry<Message>) -> Bool {
        guard let message = entry.message, roles.isEmpty || roles.contains(message.role) else { return false }
        guard let dates else { return true }
        return entry.date.map(dates.contains) ?? false
    }
}
