public import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The store of a conversation in an ``InMemoryConversationLibrary``.
///
/// A save succeeds only over the state from which its snapshot was made; over any other state it throws a conflict.
public final class InMemoryLibraryStore<Message: HistoryMessage>: HistoryStore {
    /// The error type of ``save(_:)`` and ``load()``.
    public typealias Failure = HistoryStoreError

    private let shared: InMemoryConversationLibrary<Message>.Shared
    private let id: ConversationID
    private let scope: LibraryScope
    private let tracker = SnapshotTracker()

    init(
        _ shared: InMemoryConversationLibrary<Message>.Shared,
        _ id: ConversationID,
        _ scope: LibraryScope
    ) {
        self.shared = shared
        self.id = id
        self.scope = scope
    }

    /// Returns the stored snapshot; `nil` if the library has no such conversation.
    public func load() async throws(HistoryStoreError) -> ConversationSnapshot<Message>? {
        // The tracker is updated under the lock, so that it doesn't mistake an old state for the newest.
        try shared.withContents { (contents) throws(HistoryStoreError) -> ConversationSnapshot<Message>? in
            guard let record = contents[id], scope.includes(record.snapshot.owner) else {
                tracker.didFindNothing()
                return nil
            }
            guard record.deleted == nil else { throw .noSuchConversation("load") }
            var snapshot = record.snapshot
            tracker.didLoad(&snapshot, SeenState(revision: record.mark, attributes: ConversationAttributes(snapshot)))
            return snapshot
        }
    }

    /// Saves a snapshot over the state that this store last loaded or saved, or creates the conversation.
    public func save(_ snapshot: ConversationSnapshot<Message>) async throws(HistoryStoreError) {
        try LibraryName.check(id.rawValue, operation: "save")
        let stored = try shared.withContents { (contents) throws(HistoryStoreError) in contents[id]?.snapshot }
        try snapshot.checkStorable("save", since: stored)
        let save = tracker.beginSave(of: snapshot)
        try shared.withContents { (contents) throws(HistoryStoreError) in
            let record = try self.record(of: snapshot, onto: contents[id], for: save)
            contents[id] = record
            // The next save of the writer is compared with the attributes it passed, not with the merged ones.
            save.didWrite(SeenState(revision: record.mark, attributes: ConversationAttributes(snapshot)))
        }
    }

    /// Returns the record to store, or throws if the save is refused.
    private func record(
        of snapshot: ConversationSnapshot<Message>,
        onto stored: InMemoryLibraryContents<Message>.Record?,
        for save: TrackedSave
    ) throws(HistoryStoreError) -> InMemoryLibraryContents<Message>.Record {
        let admission = save.admission(onto: stored?.mark)
        guard var record = stored else {
            // The conversation was purged: a late save doesn't recreate it.
            guard admission.isAdmitted else { throw .noSuchConversation("save") }
            var snapshot = snapshot
            if snapshot.owner == nil { snapshot.owner = scope.owner }
            guard scope.includes(snapshot.owner) else { throw .outsideOfScope("save") }
            try LibraryName.check(snapshot.owner, operation: "save")
            return InMemoryLibraryContents.Record(snapshot, created: snapshot.created ?? .now.storable)
        }
        guard scope.includes(record.snapshot.owner) else { throw .unseenState("save") }
        guard record.deleted == nil else { throw .noSuchConversation("save") }
        guard case .admitted(let seen) = admission.kind else { throw .unseenState("save") }
        let current = ConversationAttributes(record.snapshot)
        let attributes = ConversationAttributes(snapshot).merged(seen: seen?.attributes ?? current, stored: current)
        guard scope.includes(attributes.owner) else { throw .outsideOfScope("save") }
        if attributes.owner != current.owner { try LibraryName.check(attributes.owner, operation: "save") }
        var merged = snapshot
        attributes.apply(to: &merged)
        if merged.isSame(as: record.snapshot) { return record }
        record.snapshot = merged
        record.updated = max(snapshot.updated ?? record.updated, record.updated)
        record.revision += 1
        return record
    }
}

extension ConversationSnapshot {
    /// Returns whether a save of this snapshot over another one would change nothing.
    ///
    /// Entries that are equal but not shared count as changed.
    fileprivate func isSame(as other: ConversationSnapshot) -> Bool {
        guard updated == other.updated, ConversationAttributes(self).isSame(as: ConversationAttributes(other)),
            entries.isShared(with: other.entries), turns.isShared(with: other.turns),
            rewound.isShared(with: other.rewound),
            // An encoding failure doesn't fail the save here; it counts as a change.
            let head = try? encodedHead()
        else { return false }
        return (try? other.encodedHead()) == head
    }
}

extension SharedList {
    /// Returns whether both lists share all their elements, without comparing them.
    fileprivate func isShared(with other: SharedList) -> Bool {
        count == other.count && sharedPrefixCount(with: other) == count
    }
}
