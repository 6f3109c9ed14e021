public import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension DirectoryConversationLibrary {
    /// Creates an empty conversation, and the directory if it is missing.
    public func create(_ new: NewConversation) async throws(HistoryStoreError) -> ConversationInfo {
        try await add(ConversationSnapshot(new, in: scope), as: new, "create")
    }

    /// Creates a conversation with the history of another one, in a file of its own.
    public func fork(
        _ id: ConversationID,
        after entry: EntryID?,
        as new: NewConversation
    ) async throws(HistoryStoreError) -> ConversationInfo {
        let snapshot = try await snapshot(of: id, "fork")
        var count: Int?
        if let entry {
            guard let position = snapshot.position(of: entry) else { throw .noSuchEntry("fork") }
            count = position + 1
        }
        return try await add(snapshot.forked(from: id, count: count, as: new), as: new, "fork")
    }

    /// Adds a conversation if its id is free and its owner is within the scope.
    private func add(
        _ snapshot: ConversationSnapshot<Message>,
        as new: NewConversation,
        _ operation: String
    ) async throws(HistoryStoreError) -> ConversationInfo {
        try LibraryName.check(new.id.rawValue, operation: operation)
        guard scope.includes(snapshot.owner) else { throw .outsideOfScope(operation) }
        try LibraryName.check(snapshot.owner, operation: operation)
        try snapshot.metadata.checkStorable(operation)
        let place = place(new.id)
        let created = try await files.history(place).create(snapshot, in: place, operation)
        files.note(created, for: place.stem)
        guard let info = created?.info else { throw .noSuchConversation(operation) }
        return info
    }

    /// Returns information about a conversation; reads the history only if it has changed since the last read.
    public func info(of id: ConversationID) async throws(HistoryStoreError) -> ConversationInfo {
        let (files, place) = (files, place(id))
        return try await run { () throws(HistoryStoreError) in try files.info(in: place, "look up").info }
    }

    /// Lists conversations; reads only histories that have changed since the last read.
    public func list(_ request: ListRequest) async throws(HistoryStoreError) -> ListPage {
        try request.checkDates("list")
        let infos = try await infos("list")
        return request.page(of: infos)
    }

    /// Sets or removes the title of a conversation; reads the history, but writes only the title.
    public func rename(_ id: ConversationID, to title: String?) async throws(HistoryStoreError) {
        try await change(id, "rename") { $0.title = title }
    }

    /// Replaces the application's metadata of a conversation.
    public func setMetadata(_ metadata: JSONObject, of id: ConversationID) async throws(HistoryStoreError) {
        try metadata.checkStorable("set the metadata of")
        try await change(id, "set the metadata of") { $0.metadata = metadata }
    }

    /// Changes the owner of a conversation.
    public func setOwner(_ owner: Owner?, of id: ConversationID) async throws(HistoryStoreError) {
        guard scope.includes(owner) else { throw .outsideOfScope("set the owner of") }
        try LibraryName.check(owner, operation: "set the owner of")
        try await change(id, "set the owner of") { $0.owner = owner }
    }

    /// Returns a conversation with its history and artifacts, even if it is in the trash.
    public func contents(of id: ConversationID) async throws(HistoryStoreError) -> ConversationContents<Message> {
        let (files, place) = (files, place(id))
        return try await run { () throws(HistoryStoreError) in
            do throws(HistoryStoreError) { return try files.contents(of: place) } catch {
                throw files.shown(error, place, "read")
            }
        }
    }

    /// Returns the snapshot of a conversation, even if it is in the trash, without reading its artifacts.
    public func snapshot(of id: ConversationID) async throws(HistoryStoreError) -> ConversationSnapshot<Message> {
        let (files, place) = (files, place(id))
        return try await run { () throws(HistoryStoreError) in
            do throws(HistoryStoreError) { return try files.snapshot(of: place) } catch {
                throw files.shown(error, place, "read")
            }
        }
    }

    /// Returns a part of a history; reads the whole history, but for further pages only if it has changed.
    public func entries(
        of id: ConversationID,
        _ request: EntryRequest
    ) async throws(HistoryStoreError) -> EntryPage<Message> {
        let place = place(id)
        do throws(HistoryStoreError) {
            return request.page(of: try await files.reader(place).current(in: place, "read"))
        } catch {
            throw files.shown(error, place, "read")
        }
    }

    /// Appends entries to a history; reads the whole history, but writes only the new entries.
    public func append(
        _ entries: [HistoryEntry<Message>],
        to id: ConversationID
    ) async throws(HistoryStoreError) {
        try entries.checkDistinct("append to")
        for entry in entries { try entry.checkStorable("append to") }
        try await change(id, "append to", countsRevision: true) { (snapshot) throws(HistoryStoreError) in
            for entry in entries {
                guard !snapshot.contains(entry.id) else { throw .hasEntry("append to") }
                snapshot.appendUnchecked(entry)
            }
        }
    }

    /// Moves a conversation and its artifacts to the directory `trash`, without reading or writing them.
    public func delete(_ id: ConversationID) async throws(HistoryStoreError) {
        let (files, place) = (files, place(id))
        try await run { () throws(HistoryStoreError) in try files.delete(place) }
    }

    /// Restores a conversation from the directory `trash`.
    public func restore(_ id: ConversationID) async throws(HistoryStoreError) {
        let (files, place) = (files, place(id))
        try await run { () throws(HistoryStoreError) in try files.restore(place) }
    }

    /// Removes conversations in the trash, with their artifacts, for good.
    public func purge(_ request: PurgeRequest) async throws(HistoryStoreError) -> PurgeReport {
        try request.checkDates("purge")
        let (files, scope) = (files, scope)
        return try await run { () throws(HistoryStoreError) in try files.purge(request, scope) }
    }

    /// Changes a conversation outside the trash.
    private func change(
        _ id: ConversationID,
        _ operation: String,
        countsRevision: Bool = false,
        _ body: @Sendable (inout ConversationSnapshot<Message>) throws(HistoryStoreError) -> Void
    ) async throws(HistoryStoreError) {
        let changed = try await withHistory(of: id, operation) { file, place throws(HistoryStoreError) in
            try await file.update(in: place, operation, countsRevision: countsRevision, body)
        }
        files.note(changed, for: place(id).stem)
    }

    /// Reads a conversation outside the trash.
    func snapshot(
        of id: ConversationID,
        _ operation: String
    ) async throws(HistoryStoreError) -> ConversationSnapshot<Message> {
        try await withHistory(of: id, operation) { file, place throws(HistoryStoreError) in
            try await file.snapshot(in: place, operation)
        }
    }

    /// Returns information about all conversations within the scope.
    func infos(_ operation: String) async throws(HistoryStoreError) -> [ConversationInfo] {
        let (files, scope) = (files, scope)
        return try await run { () throws(HistoryStoreError) in
            try files.infos(operation).map(\.info).filter { scope.includes($0.owner) }
        }
    }
}
