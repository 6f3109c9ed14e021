#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Conversation {
    /// Appends a message outside of a turn, such as instructions at the beginning or a message from another program.
    ///
    /// - Returns: The id of the message's entry.
    /// - Throws: ``SnapshotError`` if the message can't be stored. The store's error; the change then stays in memory.
    @discardableResult
    public func append(_ message: Message, sender: String? = nil, isPinned: Bool = false) async throws -> EntryID {
        try await append(
            HistoryEntry(.message(message), date: .now.storable, sender: sender, isPinned: isPinned)
        )
    }

    /// Appends an action: an event that isn't a message.
    ///
    /// - Returns: The id of the action's entry.
    /// - Throws: ``SnapshotError`` if the payload can't be stored. The store's error; the change then stays in memory.
    @discardableResult
    public func addAction(
        _ name: String,
        payload: JSONValue = .null,
        sender: String? = nil
    ) async throws -> EntryID {
        let action = HistoryAction(name: name, payload: payload)
        return try await append(HistoryEntry(.action(action), date: .now.storable, sender: sender))
    }

    /// Appends an entry that was created elsewhere.
    ///
    /// - Returns: The entry's id.
    /// - Throws: ``SnapshotError`` if the entry can't be stored, or with the code `duplicateID` if the conversation
    ///   already has an entry with its id. The store's error; the change then stays in memory.
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

    /// Pins entries, so that every context contains them, each together with its call or its results.
    ///
    /// - Throws: ``SnapshotError`` with the code `notFound` if an entry doesn't exist; then nothing changes. The
    ///   store's error; the change then stays in memory.
    public func pin(_ ids: EntryID...) async throws { try await setPinned(true, ids) }

    /// Pins or unpins entries.
    ///
    /// - Throws: The errors of ``pin(_:)``.
    public func setPinned(_ isPinned: Bool, _ ids: [EntryID]) async throws {
        try change { (state) throws(SnapshotError) in
            for id in ids { try state.snapshot.setPinned(isPinned, id) }
        }
        try await save()
    }

    /// Unpins entries.
    ///
    /// - Throws: The errors of ``pin(_:)``.
    public func unpin(_ ids: EntryID...) async throws { try await setPinned(false, ids) }

    /// Changes an entry in place: its message, its metadata or its sender.
    ///
    /// The closure may read the conversation but must not change it. If another task changes the conversation
    /// meanwhile, the closure runs again. After a few runs, it runs again only if the entry itself has changed.
    ///
    /// - Throws: ``SnapshotError`` with the code `notFound` if the entry doesn't exist, or another code if the changed
    ///   entry can't be stored. ``ConversationError`` with the code `keepsChanging` if other tasks keep changing the
    ///   entry. Nothing changes in these cases. The store's error; the change then stays in memory.
    public func edit(_ id: EntryID, _ change: (inout HistoryEntry<Message>) -> Void) async throws {
        await entryGate.enter()
        do {
            defer { entryGate.leave() }
            try replaceEntry(id, change)
        }
        try await save()
    }

    /// Changes an entry with the application's closure, which runs outside the lock.
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
            // This matters only for the message that is being streamed, because it changes all the time.
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

    /// The number of runs after which unrelated changes no longer make a closure run again.
    static var mostAttentiveRuns: Int { 3 }

    /// The maximum number of times that a closure runs before its change is given up.
    static var mostRuns: Int { 100 }

    /// Removes an entry permanently, from the stored history too.
    ///
    /// - Throws: ``SnapshotError`` with the code `notFound` if the entry doesn't exist, or `tooLarge` if a summary that
    ///   reaches to it could not be stored with its new end; then nothing changes. The store's error; the change then
    ///   stays in memory.
    public func remove(_ id: EntryID) async throws {
        while try !removeUnlessChanged(id) {}
        try await save()
    }

    /// Removes an entry, or returns `false` if another task has changed the summaries that reach to it meanwhile.
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

    /// Sets or removes the conversation's title.
    ///
    /// - Throws: ``SnapshotError`` with the code `tooLarge` if the store has no room for it; then nothing changes. The
    ///   store's error; the change then stays in memory.
    public func setTitle(_ title: String?) async throws {
        let byteCount = StateBudget.byteCount(ofTitle: title)
        try change { (state) throws(SnapshotError) in
            try state.budget.change { $0.title = byteCount }
            state.snapshot.title = title
        }
        try await save()
    }

    /// Sets or removes the conversation's owner.
    ///
    /// - Throws: The errors of ``setTitle(_:)``.
    public func setOwner(_ owner: Owner?) async throws {
        let byteCount = StateBudget.byteCount(ofOwner: owner)
        try change { (state) throws(SnapshotError) in
            try state.budget.change { $0.owner = byteCount }
            state.snapshot.owner = owner
        }
        try await save()
    }

    /// Changes the application's metadata of the conversation.
    ///
    /// The closure may read the conversation but must not change it. If another task changes the conversation
    /// meanwhile, the closure runs again, up to a few times.
    ///
    /// - Throws: ``SnapshotError`` if a value can't be stored; then nothing changes. The store's error; the change then
    ///   stays in memory.
    public func updateMetadata(_ change: (inout JSONObject) -> Void) async throws {
        await metadataGate.enter()
        do {
            defer { metadataGate.leave() }
            try replaceMetadata(change)
        }
        try await save()
    }

    /// Changes the metadata with the application's closure, which runs outside the lock.
    private func replaceMetadata(_ change: (inout JSONObject) -> Void) throws(SnapshotError) {
        var isReplaced = false
        var run = 0
        while !isReplaced {
            run += 1
            var (metadata, seen) = state.withLock { ($0.snapshot.metadata, $0.changeCount) }
            change(&metadata)
            let byteCount = try StateBudget.byteCount(ofMetadata: metadata)
            isReplaced = try changeIfPossible { (state) throws(SnapshotError) in
                // The gate makes sure that no other task changes the metadata itself.
                guard state.changeCount == seen || run >= Self.mostAttentiveRuns else { return false }
                try state.budget.change { $0.metadata = byteCount }
                state.snapshot.metadata = metadata
                return true
            }
        }
    }

    /// Rewinds the history to the moment before a turn.
    ///
    /// The entries from there on leave the history and are kept in ``ConversationSnapshot/rewound``.
    ///
    /// - Throws: ``ConversationError`` with the code `turnInProgress` if a turn is running, or `turnNotFound` if the
    ///   conversation has no such turn. The store's error; the change then stays in memory.
    public func rewind(toBefore turn: TurnID) async throws {
        try change { (state) throws(ConversationError) in
            guard state.activeTurn == nil else { throw .turnInProgress }
            guard let turn = state.snapshot.turns.last(where: { $0.id == turn }) else { throw .turnNotFound }
            state.snapshot.rewind(to: turn.entries.lowerBound, date: .now.storable)
        }
        try await save()
    }

    /// Rewinds the history to its beginning.
    ///
    /// All entries leave the history and are kept in ``ConversationSnapshot/rewound``. The title, the owner and the
    /// metadata stay.
    ///
    /// - Throws: ``ConversationError`` with the code `turnInProgress` if a turn is running. The store's error; the
    ///   change then stays in memory.
    public func clear() async throws {
        try change { (state) throws(ConversationError) in
            guard state.activeTurn == nil else { throw .turnInProgress }
            state.snapshot.rewind(to: 0, date: .now.storable)
        }
        try await save()
    }

    /// Permanently removes the entries that rewinds and rolled-back turns took out of the history.
    ///
    /// - Throws: The store's error; the change then stays in memory.
    public func removeRewound() async throws {
        change { $0.snapshot.removeRewound() }
        try await save()
    }

    /// Begins another conversation with a copy of this one's history, or of its beginning up to an entry.
    ///
    /// The two conversations are independent from then on. The fork doesn't include a running turn.
    ///
    /// - Parameters:
    ///   - store: The store for the new conversation, in which nothing was ever saved.
    ///   - entry: The last entry to include. Defaults to the last entry, or to the last one before a running turn.
    /// - Returns: The new conversation, saved, with an id of its own and with this one as its origin.
    /// - Throws: ``SnapshotError`` with the code `notFound` if the entry doesn't exist. ``ConversationError`` with the
    ///   code `storeInUse` if the new store already holds a history. The other errors of
    ///   ``init(_:savingTo:policy:context:)``.
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
