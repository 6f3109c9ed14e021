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
        let admitted = try check(entry)
        try change { (state) throws(SnapshotError) in
            guard !state.snapshot.contains(entry.id) else { throw .duplicateID }
            try state.append(admitted)
        }
        try await save()
        return entry.id
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
        try change { (state) throws(SnapshotError) in
            for id in ids { try state.snapshot.setPinned(isPinned, id) }
        }
        try await save()
    }

    /// Takes the pins off entries.
    ///
    /// - Throws: As ``pin(_:)``.
    public func unpin(_ ids: EntryID...) async throws { try await setPinned(false, ids) }

    /// Changes an entry in place: its message, its metadata, its sender.
    ///
    /// The closure may read the conversation but not change it. If something else is changed meanwhile, it is run again,
    /// a few times; after that only if the entry itself has changed.
    ///
    /// - Throws: ``SnapshotError``: there is no such entry (`notFound`), or the changed one cannot be stored.
    ///   ``ConversationError`` with the code `keepsChanging`. In both cases nothing is changed. The store's failure, and
    ///   then the change is kept in memory.
    public func edit(_ id: EntryID, _ change: (inout HistoryEntry<Message>) -> Void) async throws {
        await entryGate.enter()
        do {
            defer { entryGate.leave() }
            try replaceEntry(id, change)
        }
        try await save()
    }

    /// Changes an entry by a closure of the application's, which is not run under the lock.
    private func replaceEntry(_ id: EntryID, _ change: (inout HistoryEntry<Message>) -> Void) throws {
        for run in 1...Self.mostRuns {
            let (base, draft, seen) = try state.withLock { (state) throws(SnapshotError) in
                guard let position = state.snapshot.position(of: id) else { throw .noSuchEntry }
                let draft = state.draft?.id == id ? state.draft : nil
                return (state.snapshot.entries.box(at: position), draft, state.changeCount)
            }
            var entry = base.value
            change(&entry)
            entry.id = id
            let admitted = try check(entry, replacing: base)
            // Only of the message that is being streamed does it matter; others do not change all the time.
            let keepsContent = draft != nil && entry.content == base.value.content
            let isReplaced = try changeIfPossible { (state) throws(SnapshotError) in
                guard state.changeCount == seen || run >= Self.mostAttentiveRuns else { return false }
                guard let position = state.snapshot.position(of: id) else { throw .noSuchEntry }
                if state.snapshot.entries.box(at: position) === base {
                    try state.replace(at: position, with: admitted)
                    if !keepsContent, state.draft?.id == id { state.draft?.version += 1 }
                    return true
                }
                guard keepsContent, let draft, state.draft?.id == id else { return false }
                try state.replaceDraft(at: position, of: draft, base.value, with: admitted)
                return true
            }
            if isReplaced { return }
        }
        throw ConversationError.keepsChanging
    }

    /// How often a closure is run that may have read what somebody else has changed since.
    static var mostAttentiveRuns: Int { 3 }

    /// How often a closure is run that changes what somebody else has changed each time.
    static var mostRuns: Int { 100 }

    /// Removes an entry for good: it is gone from the stored history too.
    ///
    /// - Throws: ``SnapshotError``: there is no such entry (`notFound`), or a summary that reached to it could not be
    ///   stored with its new end (`tooLarge`); then nothing is changed. The store's failure, and then the change is kept
    ///   in memory.
    public func remove(_ id: EntryID) async throws {
        while try !removeUnlessChanged(id) {}
        try await save()
    }

    /// Removes an entry, unless what its removal changes was changed by somebody else while it was looked at.
    private func removeUnlessChanged(_ id: EntryID) throws(SnapshotError) -> Bool {
        let snapshot = snapshot
        let summaries = snapshot.summaries(reachingTo: id)
        var admitted: [AdmittedEntry<Message>] = []
        for (position, entry) in summaries {
            admitted.append(try check(entry, replacing: snapshot.entries.box(at: position)))
        }
        return try changeIfPossible { (state) throws(SnapshotError) in
            guard let position = state.snapshot.position(of: id) else { throw .noSuchEntry }
            let current = state.snapshot.summaries(reachingTo: id)
            guard current.count == summaries.count else { return false }
            for (now, then) in zip(current, summaries) {
                let isSame = state.snapshot.entries.box(at: now.position) === snapshot.entries.box(at: then.position)
                guard isSame, now.entry.summary?.through == then.entry.summary?.through else { return false }
            }
            for ((place, _), entry) in zip(current, admitted) { try state.replace(at: place, with: entry) }
            state.snapshot.removeEntry(at: position)
            return true
        }
    }

    /// Gives the conversation a title, or takes it away.
    ///
    /// - Throws: ``SnapshotError`` with the code `tooLarge`, and then nothing is changed; the store's failure, and then
    ///   the change is kept in memory.
    public func setTitle(_ title: String?) async throws {
        let byteCount = StateBudget.byteCount(ofTitle: title)
        try change { (state) throws(SnapshotError) in
            try state.budget.change { $0.title = byteCount }
            state.snapshot.title = title
        }
        try await save()
    }

    /// Says whom the conversation belongs to.
    ///
    /// - Throws: As ``setTitle(_:)``.
    public func setOwner(_ owner: Owner?) async throws {
        let byteCount = StateBudget.byteCount(ofOwner: owner)
        try change { (state) throws(SnapshotError) in
            try state.budget.change { $0.owner = byteCount }
            state.snapshot.owner = owner
        }
        try await save()
    }

    /// Changes what the application keeps with the conversation.
    ///
    /// The closure may read the conversation but not change it. If something else is changed meanwhile, it is run again,
    /// a few times.
    ///
    /// - Throws: ``SnapshotError`` if a value cannot be stored, and then nothing is changed; the store's failure, and
    ///   then the change is kept in memory.
    public func updateMetadata(_ change: (inout JSONObject) -> Void) async throws {
        await metadataGate.enter()
        do {
            defer { metadataGate.leave() }
            try replaceMetadata(change)
        }
        try await save()
    }

    /// Changes the metadata by a closure of the application's, which is not run under the lock.
    private func replaceMetadata(_ change: (inout JSONObject) -> Void) throws(SnapshotError) {
        var isReplaced = false
        var run = 0
        while !isReplaced {
            run += 1
            var (metadata, seen) = state.withLock { ($0.snapshot.metadata, $0.changeCount) }
            change(&metadata)
            let byteCount = try StateBudget.byteCount(ofMetadata: metadata)
            isReplaced = try changeIfPossible { (state) throws(SnapshotError) in
                // Nobody else changes the metadata itself: the next one waits at the gate.
                guard state.changeCount == seen || run >= Self.mostAttentiveRuns else { return false }
                try state.budget.change { $0.metadata = byteCount }
                state.snapshot.metadata = metadata
                return true
            }
        }
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
        change { $0.snapshot.removeRewound() }
        try await save()
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
}
