#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ActiveTurn {
    /// Begins a message that comes bit by bit.
    ///
    /// It is part of the conversation at once, marked as incomplete. It is complete with ``finishStreaming()``, with the
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
        try conversation.check(entry)
        try changeTurn { state in
            state.completeDraft()
            state.snapshot.appendUnchecked(entry)
            state.draft = entry.id
        }
        return entry.id
    }

    /// Changes the message that is being streamed.
    ///
    /// By a policy with a ``ConversationPolicy/checkpointInterval`` it is saved on the way, without waiting for it.
    ///
    /// - Parameter change: Makes of the message as it is the message as it is now. It may
    ///   read the conversation but not change it, and is run again if something else is changed meanwhile.
    /// - Throws: ``ConversationError`` with the code `turnEnded` or `noMessageUnderWay`; ``SnapshotError`` if the
    ///   changed message cannot be stored, and then it stays as it was.
    public func updateStreaming(_ change: (inout Message) -> Void) throws {
        try conversation.changeSnapshot { state in
            try checkIsActive(in: state)
            guard let position = state.draftPosition, var message = state.snapshot.entries[position].message else {
                throw ConversationError.noMessageUnderWay
            }
            change(&message)
            var entry = state.snapshot.entries[position]
            entry.content = .message(message)
            try conversation.check(entry)
            state.snapshot.replaceUnchecked(at: position, with: entry)
        }
        conversation.checkpoint()
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
            if isIncomplete { state.draft = nil } else { state.completeDraft() }
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
    var draftPosition: Int? { draft.flatMap(snapshot.position(of:)) }

    /// Takes the mark of being incomplete from the message that is being streamed.
    mutating func completeDraft() {
        defer { draft = nil }
        guard let position = draftPosition else { return }
        var entry = snapshot.entries[position]
        entry.isIncomplete = false
        snapshot.replaceUnchecked(at: position, with: entry)
    }
}
