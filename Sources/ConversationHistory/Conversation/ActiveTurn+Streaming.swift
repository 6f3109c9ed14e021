#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ActiveTurn {
    /// Begins a message that arrives in pieces.
    ///
    /// The message becomes part of the conversation at once, marked as incomplete. ``finishStreaming(isIncomplete:)``,
    /// the next message or the return of the loop completes it. If the loop throws or is cancelled, the part received
    /// so far stays, still marked. If the program ends, the part that was saved stays.
    ///
    /// - Parameters:
    ///   - message: The message so far.
    ///   - sender: The sender to record with the message.
    /// - Returns: The id of the message's entry.
    /// - Throws: ``ConversationError`` with the code `turnEnded` if the turn has ended. ``SnapshotError`` if the
    ///   message can't be stored.
    @discardableResult
    public func beginStreaming(_ message: Message, sender: String? = nil) throws -> EntryID {
        let entry = HistoryEntry(.message(message), date: .now.storable, sender: sender, isIncomplete: true)
        let admitted = try conversation.check(entry)
        try changeTurn { state in try state.beginDraft(admitted) }
        return entry.id
    }

    /// Changes the message that is being streamed.
    ///
    /// If the policy has a ``ConversationPolicy/checkpointInterval``, the message is saved while it arrives. This
    /// method doesn't wait for these saves.
    ///
    /// - Parameter change: Updates the message in place. The closure may read the conversation but must not change it.
    ///   If another task changes the conversation meanwhile, the closure runs again. After a few runs, it runs again
    ///   only if the message itself has changed.
    /// - Throws: ``ConversationError`` with the code `turnEnded` if the turn has ended, `noMessageUnderWay` if no
    ///   message is being streamed, or `keepsChanging` if other tasks keep changing the message. ``SnapshotError`` if
    ///   the changed message can't be stored. The message stays as it was in each case.
    public func updateStreaming(_ change: (inout Message) -> Void) throws {
        for run in 1...Conversation<Message>.mostRuns {
            let isAttentive = run < Conversation<Message>.mostAttentiveRuns
            if try updateUnlessChanged(isAttentive: isAttentive, change) { return conversation.checkpoint() }
        }
        throw ConversationError.keepsChanging
    }

    /// Changes the message that is being streamed, or returns `false` if another task has changed it meanwhile.
    ///
    /// - Parameter isAttentive: Whether changes to the rest of the conversation also count.
    private func updateUnlessChanged(isAttentive: Bool, _ change: (inout Message) -> Void) throws -> Bool {
        let (draft, base, seen) = try conversation.state.withLock { state in
            try checkIsActive(in: state)
            guard let draft = state.draft, let position = state.draftPosition else {
                throw ConversationError.noMessageUnderWay
            }
            return (draft, state.snapshot.entries.box(at: position), state.changeCount)
        }
        guard var message = base.value.message else { throw ConversationError.noMessageUnderWay }
        change(&message)
        var entry = base.value
        entry.content = .message(message)
        let admitted = try conversation.check(entry)
        return try conversation.changeIfPossible { state in
            try checkIsActive(in: state)
            guard state.changeCount == seen || !isAttentive else { return false }
            guard state.draft?.id == draft.id, let position = state.draftPosition else {
                throw ConversationError.noMessageUnderWay
            }
            guard state.draft?.version == draft.version else { return false }
            if state.snapshot.entries.box(at: position) === base {
                try state.replace(at: position, with: admitted)
            } else {
                try state.replaceMessage(at: position, of: draft, with: admitted)
            }
            state.draft?.version += 1
            return true
        }
    }

    /// Finishes the message that is being streamed.
    ///
    /// With the policy ``ConversationPolicy/Saves/eachMessage``, the message is saved before this method returns.
    ///
    /// - Parameter isIncomplete: Whether the message stays marked as incomplete, because a length limit or a filter cut
    ///   it off.
    /// - Throws: ``ConversationError`` with the code `turnEnded` if the turn has ended. With that policy, the store's
    ///   error.
    public func finishStreaming(isIncomplete: Bool = false) async throws {
        try changeTurn { state in
            if isIncomplete { state.leaveDraftIncomplete() } else { state.completeDraft() }
        }
        if conversation.policy.saves == .eachMessage { try await conversation.save() }
    }
}

extension ActiveTurn where Message == ChatMessage {
    /// Adds a piece of text to the model's answer, which begins with the first piece.
    ///
    /// - Throws: ``ConversationError`` with the code `turnEnded` if the turn has ended, or `keepsChanging` if other
    ///   tasks keep changing the answer. ``SnapshotError`` if the answer has grown too large.
    public func stream(_ text: String) throws {
        do {
            try updateStreaming { $0.text += text }
        } catch let error as ConversationError where error.code == .noMessageUnderWay {
            try beginStreaming(.assistant(text))
        }
    }
}

extension Conversation {
    /// Begins a save if the policy's checkpoint interval has passed since the last save began.
    fileprivate func checkpoint() {
        guard let interval = policy.checkpointInterval else { return }
        let isDue = state.withLock { state in
            // A pending save that waits for a lock or a server will include this update.
            guard state.pendingSaveCount == 0 else { return false }
            guard let began = state.lastSaveBegan else { return true }
            return ContinuousClock.now - began >= interval
        }
        // Its error can be ignored: if the failure lasts, the awaited save at the end of the turn reports it.
        if isDue { beginSave() }
    }
}

extension Conversation.State {
    /// The position of the message that the running turn is streaming.
    ///
    /// It isn't always the last entry: an action may have been appended since.
    var draftPosition: Int? { (draft?.id).flatMap(snapshot.position(of:)) }

    /// Appends a message to stream, and completes the previous one.
    mutating func beginDraft(_ entry: AdmittedEntry<Message>) throws(SnapshotError) {
        var budget = budget
        try budget.takeRoomInDocument(for: entry.documentByteCount)
        try budget.change { $0.draft = entry.byteCount }
        completeDraft()
        self.budget = budget
        snapshot.append(entry.box)
        draft = Draft(id: entry.box.value.id, byteCount: entry.byteCount)
        added.insert(entry.box.value.id)
    }

    /// Stops streaming the message and leaves it marked as incomplete.
    mutating func leaveDraftIncomplete() {
        budget.incomplete = max(budget.incomplete, budget.draft)
        budget.draft = 0
        draft = nil
    }

    /// Stops streaming the message and removes its incomplete mark.
    mutating func completeDraft() {
        defer {
            draft = nil
            budget.draft = 0
        }
        guard let position = draftPosition else { return }
        let box = snapshot.entries.box(at: position)
        var entry = box.value
        entry.isIncomplete = false
        // The message itself is unchanged, so `isInstruction` still holds.
        snapshot.replaceUnchecked(
            at: position,
            with: .init(entry, verbatim: nil, isInstruction: box.isInstruction)
        )
    }
}
