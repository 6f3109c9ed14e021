public import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension DirectoryConversationLibrary {
    /// Creates a conversation in which nothing was said yet, and the directory if it is missing.
    public func create(_ new: NewConversation) async throws(HistoryStoreError) -> ConversationInfo {
        try await add(ConversationSnapshot(new, in: scope), as: new, "create")
    }

    /// Begins a conversation with what was said in another one: a history file of its own.
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

    /// Adds a conversation, if its id is free and its owner may have it.
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

    /// Returns what is known of a conversation; its history is read only if it has changed since it was last.
    public func info(of id: ConversationID) async throws(HistoryStoreError) -> ConversationInfo {
        let (files, place) = (files, place(id))
        return try await run { () throws(HistoryStoreError) in try files.info(in: place, "look up").info }
    }

    /// Lists conversations; only histories that have changed since they were last read are read.
    public func list(_ request: ListRequest) async throws(HistoryStoreError) -> ListPage {
        try request.checkDates("list")
        let infos = try await infos("list")
        return request.page(of: infos)
    }

    /// Gives a conversation a title, or takes it away; the history is read, and only the title written.
    public func rename(_ id: ConversationID, to title: String?) async throws(HistoryStoreError) {
        try await change(id, "rename") { $0.title = title }
    }

    /// Replaces what the application keeps with a conversation.
    public func setMetadata(_ metadata: JSONObject, of id: ConversationID) async throws(HistoryStoreError) {
        try metadata.checkStorable("set the metadata of")
        try await change(id, "set the metadata of") { $0.metadata = metadata }
    }

    /// Gives a conversation to another owner.
    public func setOwner(_ owner: Owner?, of id: ConversationID) async throws(HistoryStoreError) {
        guard scope.includes(owner) else { throw .outsideOfScope("set the owner of") }
        try LibraryName.check(owner, operation: "set the owner of")
        try await change(id, "set the owner of") { $0.owner = owner }
    }

    /// Returns a conversation with all that belongs to it, even if it is in the trash.
    public func contents(of id: ConversationID) async throws(HistoryStoreError) -> ConversationContents<Message> {
        let (files, place) = (files, place(id))
        return try await run { () throws(HistoryStoreError) in
            do throws(HistoryStoreError) { return try files.contents(of: place) } catch {
                throw files.shown(error, place, "read")
            }
        }
    }

    /// Returns what was said in a conversation, even if it is in the trash; its artifacts are not looked at.
    public func snapshot(of id: ConversationID) async throws(HistoryStoreError) -> ConversationSnapshot<Message> {
        let (files, place) = (files, place(id))
        return try await run { () throws(HistoryStoreError) in
            do throws(HistoryStoreError) { return try files.snapshot(of: place) } catch {
                throw files.shown(error, place, "read")
            }
        }
    }

    /// Reads the whole history; the pages that follow read it again only if it has changed.
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

    /// Reads the whole history, and writes only what is new.
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

    /// Moves a conversation and its artifacts into the directory `trash`; nothing is read or written for it.
    public func delete(_ id: ConversationID) async throws(HistoryStoreError) {
        let (files, place) = (files, place(id))
        try await run { () throws(HistoryStoreError) in try files.delete(place) }
    }

    /// Takes a conversation out of the directory `trash`.
    public func restore(_ id: ConversationID) async throws(HistoryStoreError) {
        let (files, place) = (files, place(id))
        try await run { () throws(HistoryStoreError) in try files.restore(place) }
    }

    /// Removes conversations that are in the trash for good, with all that belongs to them.
    public func purge(_ request: PurgeRequest) async throws(HistoryStoreError) -> PurgeReport {
        try request.checkDates("purge")
        let (files, scope) = (files, scope)
        return try await run { () throws(HistoryStoreError) in try files.purge(request, scope) }
    }

    /// Changes a conversation that is not in the trash.
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

    /// Reads a conversation that is not in the trash.
    func snapshot(
        of id: ConversationID,
        _ operation: String
    ) async throws(HistoryStoreError) -> ConversationSnapshot<Message> {
        try await withHistory(of: id, operation) { file, place throws(HistoryStoreError) in
            try await file.snapshot(in: place, operation)
        }
    }

    /// Returns what is known of all conversations that the scope shows.
    func infos(_ operation: String) async throws(HistoryStoreError) -> [ConversationInfo] {
        let (files, scope) = (files, scope)
        return try await run { () throws(HistoryStoreError) in
            try files.infos(operation).map(\.info).filter { scope.includes($0.owner) }
        }
    }
}
