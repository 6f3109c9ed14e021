import ConversationHistory
import ConversationHistoryLibrary
import Foundation

/// The store of a conversation of a ``BrokenLibrary``.
struct BrokenLibraryStore: HistoryStore {
    let library: BrokenLibrary
    let id: ConversationID
    let base: InMemoryLibraryStore<ChatMessage>

    func save(_ snapshot: ConversationSnapshot<ChatMessage>) async throws(HistoryStoreError) {
        var snapshot = snapshot
        // What a column of numbers takes, and no reader of it.
        if library.mistake == .savesNoDate, snapshot.updated?.timeIntervalSinceReferenceDate.isFinite == false {
            snapshot.updated = nil
        }
        do {
            try await base.save(snapshot)
        } catch {
            switch (library.mistake, error.code) {
            case (.ignoresConflicts, .conflict):
                _ = try await base.load()
                // A copy that remembers nothing of where it comes from.
                guard let bytes = try? snapshot.encoded(),
                    let copy = try? ConversationSnapshot<ChatMessage>(decoding: bytes)
                else { throw error }
                return try await base.save(copy)
            case (.savesIntoTrash, .notFound):
                try await library.base.restore(id)
                _ = try await base.load()
            default: throw error
            }
            try await base.save(snapshot)
        }
    }

    func load() async throws(HistoryStoreError) -> ConversationSnapshot<ChatMessage>? {
        if library.damage.state.withLock({ $0.histories.contains(id) }) {
            throw HistoryStoreError(.damaged, operation: "load", location: "a library", reason: "It is damaged.")
        }
        do {
            return try await base.load()
        } catch  where library.mistake == .loadsNilFromTrash { return nil }
    }
}
