#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ActiveTurn {
    /// Begins a message that comes bit by bit.
    ///
    /// It is part of the conversation at once, marked as incomplete. It is complete with ``finishStreaming(isIncomplete:)``, with the
    /// next message, or when the loop returns. If the loop throws, is cancelled, or the program ends, it stays as far as
    /// it had come, and stays marked.
    ///
    /// - Parameters:
    ///   - message: The message as far as it is known.
    ///   - sender: Who it comes from, if that is to be kept.
    /// - Returns: The id of the message's entry.
    /// - Throws: ``ConversationError`` with the code `turnEnded`; ``SnapshotError`` if the message cannot be stored.
    @discardableResult
    public func beginStreaming(_ message: Message, sender: String? = nil) throws -> EntryID {
        let entry = HistoryEntry(.message(message), date: .now.storable, sender: sender, isIncomplete: true)
        let admitted = try conversation.check(entry)
        try changeTurn { state in try state.beginDraft(admitted) }
        return entry.id
    }

    /// Changes the message that is being streamed.
    ///
    /// By a policy with a ``ConversationPolicy/checkpointInterval`` it is saved on the way, without waiting for it.
    ///
    /// - Parameter change: Updates the message in place. It may read the conversation but not change it. If something else is changed meanwhile, it is run again, a few times; after that only if the message
    ///   itself has changed.
    /// - Throws: ``ConversationError`` with the code `turnEnded`, `noMessageUnderWay` or `keepsChanging`;
    ///   ``SnapshotError`` if the changed message cannot be stored. In each case the message stays as it was.
    public func updateStreaming(_ change: (inout Message) -> Void) throws {
        for run in 1...Conversation<Message>.mostRuns {
            let isAttentive = run < Conversation<Message>.mostAttentiveRuns
            if try updateUnlessChanged(isAttentive: isAttentive, change) { return conversation.checkpoint() }
        }
        throw ConversationError.keepsChanging
    }

    /// Changes the message that is being streamed, unless somebody else has changed it while the closure ran.
    ///
    /// - Parameter isAttentive: Whether it is not changed either if something else has changed.
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

    /// Ends the message that is being streamed.
    ///
    /// By the policy ``ConversationPolicy/Saves/eachMessage`` it is saved before this returns.
    ///
    /// - Parameter isIncomplete: Whether the message stays marked as incomplete, because the model was cut off: by a limit
    ///   of length, or by a filter.
    /// - Throws: ``ConversationError`` with the code `turnEnded`; by that policy the store's failure.
    public func finishStreaming(isIncomplete: Bool = false) async throws {
        try changeTurn { state in
            if isIncomplete { state.leaveDraftIncomplete() } else { state.completeDraft() }
        }
        if conversation.policy.saves == .eachMessage { try await conversation.save() }
    }
}

extension ActiveTurn where Message == ChatMessage {
    /// Adds a piece of text to the model's answer, beginning the answer with the first piece.
    ///
    /// - Throws: ``ConversationError`` with the code `turnEnded`; ``SnapshotError`` if the answer has grown too large.
    public func stream(_ text: String) throws {
        do {
            try updateStreaming { $0.text += text }
        } catch let error as ConversationError where error.code == .noMessageUnderWay {
            try beginStreaming(.assistant(text))
        }
    }
}

extension Conversation {
    /// Begins a save if the policy asks for one while a message is streamed, and the last one is long enough ago.
    fileprivate func checkpoint() {
        guard let interval = policy.checkpointInterval else { return }
        let isDue = state.withLock { state in
            // One that waits, for a lock or a server, will write what has come until then.
            guard state.pendingSaveCount == 0 else { return false }
            guard let began = state.lastSaveBegan else { return true }
            return ContinuousClock.now - began >= interval
        }
        // If it fails, so does the save at the end of the turn, which is waited for.
        if isDue { beginSave() }
    }
}

extension Conversation.State {
    /// The position of the running turn's message that is being streamed.
    ///
    /// It need not be the last entry: an action may have come in since it was begun.
    var draftPosition: Int? { (draft?.id).flatMap(snapshot.position(of:)) }

    /// Appends a message that is to be streamed; the one before is complete.
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

    /// Ends the streaming of a message that stays incomplete.
    mutating func leaveDraftIncomplete() {
        budget.incomplete = max(budget.incomplete, budget.draft)
        budget.draft = 0
        draft = nil
    }

    /// Takes the mark of being incomplete from the message that is being streamed.
    mutating func completeDraft() {
        defer {
            draft = nil
            budget.draft = 0
        }
        guard let position = draftPosition else { return }
        let box = snapshot.entries.box(at: position)
        var entry = box.value
        entry.isIncomplete = false
        // The message is the same.
        snapshot.replaceUnchecked(
            at: position,
            with: .init(entry, verbatim: nil, isInstruction: box.isInstruction)
        )
    }
}
