#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The store of a conversation of an ``InMemoryConversationLibrary``.
///
/// As every store of a library it is one writer: a save onto a state that it has not seen is refused as a conflict.
public final class InMemoryLibraryStore<Message: HistoryMessage>: HistoryStore {
    /// What ``save(_:)`` and ``load()`` throw.
    public typealias Failure = HistoryStoreError

    /// The state of the conversation that this store saw last.
    private struct Seen {
        var lineage: EntryID
        var revision: Int
        var attributes: ConversationAttributes
    }

    private let shared: InMemoryConversationLibrary<Message>.Shared
    private let id: ConversationID
    private let scope: LibraryScope
    private let seen = Lock<Seen?>(nil)

    init(
        _ shared: InMemoryConversationLibrary<Message>.Shared,
        _ id: ConversationID,
        _ scope: LibraryScope
    ) {
        self.shared = shared
        self.id = id
        self.scope = scope
    }

    /// Returns what was saved last; `nil` if the library has no such conversation.
    public func load() async throws(HistoryStoreError) -> ConversationSnapshot<Message>? {
        try shared.withContents { (contents) throws(HistoryStoreError) in
            guard let record = contents[id], scope.includes(record.snapshot.owner) else {
                seen.withLock { $0 = nil }
                return nil
            }
            guard record.deleted == nil else { throw .noSuchConversation("load") }
            remember(record)
            return record.snapshot
        }
    }

    /// Saves a snapshot onto the state that this store has seen, or creates the conversation.
    public func save(_ snapshot: ConversationSnapshot<Message>) async throws(HistoryStoreError) {
        try LibraryName.check(id.rawValue, operation: "save")
        let stored = try shared.withContents { (contents) throws(HistoryStoreError) in contents[id]?.snapshot }
        try snapshot.checkStorable("save", since: stored)
        try shared.withContents { (contents) throws(HistoryStoreError) in
            let seen = seen.withLock { $0 }
            // What the writer gave, which is what its next save is compared with: not what was made of it.
            let given = ConversationAttributes(snapshot)
            guard var record = contents[id] else {
                // What this store has seen was purged: a late save does not bring it back.
                guard seen == nil else { throw .noSuchConversation("save") }
                var snapshot = snapshot
                if snapshot.owner == nil { snapshot.owner = scope.owner }
                guard scope.includes(snapshot.owner) else { throw .outsideOfScope("save") }
                let record = InMemoryLibraryContents.Record(snapshot, created: snapshot.created ?? .now.storable)
                contents[id] = record
                remember(record, as: given)
                return
            }
            guard scope.includes(record.snapshot.owner) else { throw .unseenState("save") }
            guard record.deleted == nil else { throw .noSuchConversation("save") }
            guard let seen, seen.lineage == record.lineage, seen.revision == record.revision else {
                throw .unseenState("save")
            }
            let attributes = given.merged(seen: seen.attributes, stored: ConversationAttributes(record.snapshot))
            guard scope.includes(attributes.owner) else { throw .outsideOfScope("save") }
            var merged = snapshot
            attributes.apply(to: &merged)
            if merged.isSame(as: record.snapshot) { return remember(record, as: given) }
            record.snapshot = merged
            record.updated = max(snapshot.updated ?? record.updated, record.updated)
            record.revision += 1
            contents[id] = record
            remember(record, as: given)
        }
    }

    private func remember(
        _ record: InMemoryLibraryContents<Message>.Record,
        as attributes: ConversationAttributes? = nil
    ) {
        let attributes = attributes ?? ConversationAttributes(record.snapshot)
        seen.withLock { $0 = Seen(lineage: record.lineage, revision: record.revision, attributes: attributes) }
    }
}

extension ConversationSnapshot {
    /// Whether a save of this over another one would change nothing; entries that are equal and not shared count as other
    /// ones.
    fileprivate func isSame(as other: ConversationSnapshot) -> Bool {
        let coding = SnapshotRowCoding<Message>()
        guard updated == other.updated, ConversationAttributes(self).isSame(as: ConversationAttributes(other)),
            entries.isShared(with: other.entries), turns.isShared(with: other.turns),
            rewound.isShared(with: other.rewound),
            // What cannot be encoded is not stored here for its bytes, and counts as changed.
            let head = try? coding.head(of: self)
        else { return false }
        return (try? coding.head(of: other)) == head
    }
}

extension SharedList {
    /// Whether another list has the same elements in the same places, without looking at them.
    fileprivate func isShared(with other: SharedList) -> Bool {
        count == other.count && sharedPrefixCount(with: other) == count
    }
}
