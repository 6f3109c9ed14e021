#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Conversation {
    /// Appends a message outside of a turn, such as instructions at the beginning, or what another program has said.
    ///
    /// - Returns: The id of the message's entry.
    /// - Throws: ``SnapshotError`` if the message cannot be stored; the store's failure, and then the change is kept in
    ///   memory.
    @discardableResult
    public func append(_ message: Message, sender: String? = nil, isPinned: Bool = false) async throws -> EntryID {
        try await append(
            HistoryEntry(.message(message), date: .now.storable, sender: sender, isPinned: isPinned)
        )
    }

    /// Appends an action: something that happened and is not a message.
    ///
    /// - Returns: The id of the action's entry.
    /// - Throws: ``SnapshotError`` if the payload cannot be stored; the store's failure, and then the change is kept in
    ///   memory.
    @discardableResult
    public func addAction(
        _ name: String,
        payload: JSONValue = .null,
        sender: String? = nil
    ) async throws -> EntryID {
        let action = HistoryAction(name: name, payload: payload)
        return try await append(HistoryEntry(.action(action), date: .now.storable, sender: sender))
    }

    /// Appends an entry that was made elsewhere.
    ///
    /// - Returns: The entry's id.
    /// - Throws: ``SnapshotError`` if it cannot be stored, or if there is an entry of its id already; the store's
    ///   failure, and then the change is kept in memory.
    @discardableResult
    public func append(_ entry: HistoryEntry<Message>) async throws -> EntryID {
        try check(entry)
        try await changeAndSave { (snapshot) throws(SnapshotError) in
            guard snapshot.position(of: entry.id) == nil else { throw .duplicateID }
            snapshot.appendUnchecked(entry)
        }
        return entry.id
    }

    /// Throws if an entry could not be saved, or not be read back: it does not become part of the conversation.
    func check(_ entry: HistoryEntry<Message>) throws(SnapshotError) {
        try EntryCheck.check(entry, limits: store.limits)
    }

    /// Pins entries, so that every fitting of the context keeps them, each with the call or the results it belongs to.
    ///
    /// - Throws: ``SnapshotError`` with the code `notFound`, and then nothing is changed; the store's failure, and then
    ///   the change is kept in memory.
    public func pin(_ ids: EntryID...) async throws { try await setPinned(true, ids) }

    /// Pins or unpins entries.
    ///
    /// - Throws: As ``pin(_:)``.
    public func setPinned(_ isPinned: Bool, _ ids: [EntryID]) async throws {
        try await changeAndSave { (snapshot) throws(SnapshotError) in
            for id in ids { try snapshot.setPinned(isPinned, id) }
        }
    }

    /// Takes the pins off entries.
    ///
    /// - Throws: As ``pin(_:)``.
    public func unpin(_ ids: EntryID...) async throws { try await setPinned(false, ids) }

    /// Changes an entry in place: its message, its metadata, its sender.
    ///
    /// The closure may read the conversation but not change it, and is run again if something else is changed meanwhile.
    ///
    /// - Throws: ``SnapshotError``: there is no such entry (`notFound`), or the changed one cannot be stored; then
    ///   nothing is changed. The store's failure, and then the change is kept in memory.
    public func edit(_ id: EntryID, _ change: (inout HistoryEntry<Message>) -> Void) async throws {
        try changeSnapshot { (state) throws(SnapshotError) in try state.snapshot.update(id, change) }
        try await save()
    }

    /// Removes an entry for good: it is gone from the stored history too.
    ///
    /// - Throws: ``SnapshotError`` with the code `notFound`, and then nothing is changed; the store's failure, and then
    ///   the change is kept in memory.
    public func remove(_ id: EntryID) async throws {
        try await changeAndSave { (snapshot) throws(SnapshotError) in try snapshot.remove(id) }
    }

    /// Gives the conversation a title, or takes it away.
    ///
    /// - Throws: The store's failure, and then the change is kept in memory.
    public func setTitle(_ title: String?) async throws {
        try await changeAndSave { $0.title = title }
    }

    /// Says whom the conversation belongs to.
    ///
    /// - Throws: The store's failure, and then the change is kept in memory.
    public func setOwner(_ owner: Owner?) async throws {
        try await changeAndSave { $0.owner = owner }
    }

    /// Changes what the application keeps with the conversation.
    ///
    /// The closure may read the conversation but not change it, and is run again if something else is changed meanwhile.
    ///
    /// - Throws: ``SnapshotError`` if a value cannot be stored, and then nothing is changed; the store's failure, and
    ///   then the change is kept in memory.
    public func updateMetadata(_ change: (inout JSONObject) -> Void) async throws {
        try changeSnapshot { (state) throws(SnapshotError) in
            change(&state.snapshot.metadata)
            try state.snapshot.metadata.checkDepth()
        }
        try await save()
    }

    /// Goes back to the moment before a turn; what came since is taken out of the history and kept beside it.
    ///
    /// - Throws: ``ConversationError`` with the code `turnNotFound` or `turnInProgress`; the store's failure, and then
    ///   the change is kept in memory.
    public func rewind(toBefore turn: TurnID) async throws {
        try change { (state) throws(ConversationError) in
            guard state.activeTurn == nil else { throw .turnInProgress }
            guard let turn = state.snapshot.turns.last(where: { $0.id == turn }) else { throw .turnNotFound }
            state.snapshot.rewind(to: turn.entries.lowerBound, date: .now.storable)
        }
        try await save()
    }

    /// Takes everything out of the history, and keeps it beside it as a rewind does; title, owner and metadata stay.
    ///
    /// - Throws: ``ConversationError`` with the code `turnInProgress`; the store's failure, and then the change is kept
    ///   in memory.
    public func clear() async throws {
        try change { (state) throws(ConversationError) in
            guard state.activeTurn == nil else { throw .turnInProgress }
            state.snapshot.rewind(to: 0, date: .now.storable)
        }
        try await save()
    }

    /// Forgets for good what rewinds and turns that were rolled back have left beside the history.
    ///
    /// - Throws: The store's failure, and then the change is kept in memory.
    public func removeRewound() async throws {
        try await changeAndSave { $0.removeRewound() }
    }

    /// Begins another conversation with what was said in this one so far, or up to an entry.
    ///
    /// Each goes its own way from there. A running turn is not taken over.
    ///
    /// - Parameters:
    ///   - store: Where the new conversation lives; it must hold no history yet.
    ///   - entry: The last entry that is taken over; unless given, the last one before a running turn.
    /// - Returns: The new conversation, saved, with an id of its own, and this one as its origin.
    /// - Throws: ``SnapshotError`` with the code `notFound`; ``ConversationError`` with the code `storeInUse`; the other store's
    ///   failure.
    public func fork(
        into store: some HistoryStore<Message>,
        after entry: EntryID? = nil
    ) async throws -> Conversation<Message> {
        let snapshot = snapshot
        var count = snapshot.openTurn?.entries.lowerBound ?? snapshot.entries.count
        if let entry {
            guard let position = snapshot.position(of: entry) else { throw SnapshotError.noSuchEntry }
            count = min(count, position + 1)
        }
        var fork = snapshot.forked(count: count, date: .now.storable)
        fork.openTurn = nil
        return try await Conversation(fork, savingTo: store, policy: policy, context: contextPolicy)
    }

    /// Makes a change wholly or not at all, and saves it.
    private func changeAndSave(
        _ body: (inout ConversationSnapshot<Message>) throws(SnapshotError) -> Void
    ) async throws {
        try change { (state) throws(SnapshotError) in
            var changed = state.snapshot
            try body(&changed)
            state.snapshot = changed
        }
        try await save()
    }
}
