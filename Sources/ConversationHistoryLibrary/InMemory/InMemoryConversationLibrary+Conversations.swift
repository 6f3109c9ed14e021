public import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension InMemoryConversationLibrary {
    /// Creates an empty conversation.
    public func create(_ new: NewConversation) async throws(HistoryStoreError) -> ConversationInfo {
        try add(ConversationSnapshot(new, in: scope), as: new, "create")
    }

    /// Creates a conversation with the history of another one.
    public func fork(
        _ id: ConversationID,
        after entry: EntryID?,
        as new: NewConversation
    ) async throws(HistoryStoreError) -> ConversationInfo {
        let snapshot = try shared.withContents { (contents) throws(HistoryStoreError) in
            try contents.live(id, scope, "fork").snapshot
        }
        var count: Int?
        if let entry {
            guard let position = snapshot.position(of: entry) else { throw .noSuchEntry("fork") }
            count = position + 1
        }
        return try add(snapshot.forked(from: id, count: count, as: new), as: new, "fork")
    }

    /// Adds a conversation if its id is free and its owner is within the scope.
    private func add(
        _ snapshot: ConversationSnapshot<Message>,
        as new: NewConversation,
        _ operation: String
    ) throws(HistoryStoreError) -> ConversationInfo {
        try LibraryName.check(new.id.rawValue, operation: operation)
        try snapshot.metadata.checkStorable(operation)
        try new.checkDates(operation)
        guard scope.includes(snapshot.owner) else { throw .outsideOfScope(operation) }
        try LibraryName.check(snapshot.owner, operation: operation)
        return try shared.withContents { (contents) throws(HistoryStoreError) in
            guard contents[new.id] == nil else { throw .idIsTaken(operation) }
            let record = Contents.Record(snapshot, created: snapshot.created ?? .now.storable)
            contents[new.id] = record
            return record.info(new.id)
        }
    }

    /// Returns information about a conversation.
    public func info(of id: ConversationID) async throws(HistoryStoreError) -> ConversationInfo {
        try shared.withContents { (contents) throws(HistoryStoreError) in
            try contents.record(id, scope, "look up").info(id)
        }
    }

    /// Lists conversations page by page, visiting no conversation after the page.
    public func list(_ request: ListRequest) async throws(HistoryStoreError) -> ListPage {
        try request.checkDates("list")
        return try shared.withContents { (contents) throws(HistoryStoreError) in contents.page(request, scope) }
    }

    /// Sets or removes the title of a conversation.
    public func rename(_ id: ConversationID, to title: String?) async throws(HistoryStoreError) {
        try change(id, "rename") { $0.snapshot.title = title }
    }

    /// Replaces the application's metadata of a conversation.
    public func setMetadata(_ metadata: JSONObject, of id: ConversationID) async throws(HistoryStoreError) {
        try metadata.checkStorable("set the metadata of")
        try change(id, "set the metadata of") { $0.snapshot.metadata = metadata }
    }

    /// Changes the owner of a conversation.
    public func setOwner(_ owner: Owner?, of id: ConversationID) async throws(HistoryStoreError) {
        guard scope.includes(owner) else { throw .outsideOfScope("set the owner of") }
        try LibraryName.check(owner, operation: "set the owner of")
        try change(id, "set the owner of") { $0.snapshot.owner = owner }
    }

    /// Returns a part of a history.
    public func entries(
        of id: ConversationID,
        _ request: EntryRequest
    ) async throws(HistoryStoreError) -> EntryPage<Message> {
        let snapshot = try shared.withContents { (contents) throws(HistoryStoreError) in
            try contents.live(id, scope, "read").snapshot
        }
        return request.page(of: snapshot)
    }

    /// Appends entries to a history: all of them, or none.
    public func append(
        _ entries: [HistoryEntry<Message>],
        to id: ConversationID
    ) async throws(HistoryStoreError) {
        try entries.checkDistinct("append to")
        var boxes: [SharedList<HistoryEntry<Message>>.Box] = []
        for entry in entries {
            try entry.checkStorable("append to")
            // Boxed outside the lock, because this calls code of the message.
            boxes.append(.init(entry))
        }
        try change(id, "append to") { (record) throws(HistoryStoreError) in
            for box in boxes {
                guard !record.snapshot.contains(box.value.id) else { throw .hasEntry("append to") }
                record.snapshot.append(box)
            }
            record.revision += 1
        }
    }

    /// Moves a conversation to the trash.
    public func delete(_ id: ConversationID) async throws(HistoryStoreError) {
        try shared.withContents { (contents) throws(HistoryStoreError) in
            try contents.change(id, scope, "delete") { $0.deleted = .now.storable }
        }
    }

    /// Restores a conversation from the trash.
    public func restore(_ id: ConversationID) async throws(HistoryStoreError) {
        try shared.withContents { (contents) throws(HistoryStoreError) in
            let record = try contents.record(id, scope, "restore")
            guard record.deleted != nil else { throw .noSuchConversation("restore") }
            contents[id]?.deleted = nil
        }
    }

    /// Removes conversations in the trash for good.
    public func purge(_ request: PurgeRequest) async throws(HistoryStoreError) -> PurgeReport {
        try request.checkDates("purge")
        return try shared.withContents { (contents) throws(HistoryStoreError) in
            var report = PurgeReport()
            for (id, record) in contents.records.sorted(by: { $0.key < $1.key }) {
                guard let deleted = record.deleted, scope.includes(record.snapshot.owner),
                    request.ids?.contains(id) ?? true, request.deletedBefore.map({ deleted < $0 }) ?? true
                else { continue }
                contents[id] = nil
                report.conversations.append(id)
                report.entryCount += record.snapshot.entries.count
                report.artifactCount += record.artifacts.count
            }
            return report
        }
    }

    /// Changes a conversation outside the trash.
    func change(
        _ id: ConversationID,
        _ operation: String,
        _ body: (inout Contents.Record) throws(HistoryStoreError) -> Void
    ) throws(HistoryStoreError) {
        try shared.withContents { (contents) throws(HistoryStoreError) in
            try contents.change(id, scope, operation) { (record) throws(HistoryStoreError) in
                try body(&record)
                record.updated = .now.storable
                record.snapshot.updated = record.updated
            }
        }
    }
}
