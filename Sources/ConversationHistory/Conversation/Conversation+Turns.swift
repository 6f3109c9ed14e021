#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Conversation {
    /// Runs a turn: keeps the user's message, runs the loop, and keeps what it adds.
    ///
    /// By the default policy the message is saved before the loop runs, and the whole turn before this returns. If the
    /// loop throws or is cancelled, what it has appended stays and is saved, the turn is marked as failed or cancelled,
    /// and the loop's error is thrown on. A loop that returns although its task was cancelled while a message was being
    /// streamed was cut off: its turn is marked as cancelled and that message as incomplete, and what it returns is
    /// returned.
    ///
    /// - Parameters:
    ///   - message: The user's message.
    ///   - sender: Who it comes from, if that is to be kept.
    ///   - body: The agent loop: it asks a model with ``ActiveTurn/messages`` and appends what comes back.
    /// - Returns: What the loop returns.
    /// - Throws: ``ConversationError`` with the code `turnInProgress`; ``SnapshotError`` if the message cannot be
    ///   stored; the store's failure if the user's message could not be saved, and then the loop did not run and the
    ///   conversation is as it was; what the loop throws; ``UnsavedTurnError``, which carries the loop's result, if the
    ///   turn could not be saved.
    @discardableResult
    public func turn<Value: Sendable>(
        _ message: Message,
        sender: String? = nil,
        perform body: (ActiveTurn<Message>) async throws -> Value
    ) async throws -> Value {
        let entry = HistoryEntry(.message(message), date: .now.storable, sender: sender)
        try check(entry)
        let id = try begin(entry)
        if policy.saves != .atEnd {
            do {
                try await save()
            } catch {
                takeBack(entry.id)
                // It may have been written all the same; the turn did not happen, so what is stored must not say so.
                beginSave()
                throw error
            }
        }
        let turn = ActiveTurn(id: id, conversation: self, summaryError: await summarizeIfNeeded())
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body(turn)) } catch { outcome = .failure(error) }
        end(outcome)
        do {
            defer { endActiveTurn() }
            try await save()
        } catch {
            throw UnsavedTurnError(outcome: outcome, cause: error)
        }
        return try outcome.get()
    }

    /// Runs a turn of which the user's message is a text.
    ///
    /// See ``turn(_:sender:perform:)-(Message,_,_)``.
    @discardableResult
    public func turn<Value: Sendable>(
        _ text: String,
        sender: String? = nil,
        perform body: (ActiveTurn<Message>) async throws -> Value
    ) async throws -> Value where Message == ChatMessage {
        try await turn(ChatMessage.user(text), sender: sender, perform: body)
    }

    private func begin(_ entry: HistoryEntry<Message>) throws(ConversationError) -> TurnID {
        let id = TurnID.unique()
        try change { (state) throws(ConversationError) in
            guard state.activeTurn == nil else { throw ConversationError.turnInProgress }
            state.activeTurn = id
            let position = state.snapshot.entries.count
            state.snapshot.appendUnchecked(entry)
            state.snapshot.openTurn = Turn(id: id, entries: position..<position + 1, started: entry.date)
        }
        return id
    }

    /// Lets the next turn begin, and tells who watches.
    private func endActiveTurn() {
        state.withLock { state in
            state.activeTurn = nil
            for observer in state.observers.values { observer.yield(state.snapshot) }
        }
    }

    /// Undoes the beginning of a turn whose first message could not be saved: nothing of it has happened.
    private func takeBack(_ entry: EntryID) {
        change { state in
            // The entry was appended by this turn; if it is gone, it was removed in the meantime.
            try? state.snapshot.remove(entry)
            state.snapshot.openTurn = nil
            state.activeTurn = nil
        }
    }

    /// Ends the turn in memory; until it is saved, no other one can begin.
    private func end<Value>(_ outcome: Result<Value, any Error>) {
        change { state in
            let ending: Turn.Outcome
            switch outcome {
            case .success:
                // A cancelled stream ends as a complete one does: the loop that read it may not know that it was cut off.
                ending = Task.isCancelled && state.draftPosition != nil ? .cancelled : .completed
            case .failure(let error):
                ending = error is CancellationError || Task.isCancelled ? .cancelled : .failed
            }
            if ending == .completed { state.completeDraft() }
            state.draft = nil
            guard var turn = state.snapshot.openTurn else { return }
            turn.entries = turn.entries.lowerBound..<max(turn.entries.lowerBound, state.snapshot.entries.count)
            turn.ended = .now.storable
            turn.outcome = ending
            state.snapshot.openTurn = nil
            // All that it has added may have been removed.
            guard !turn.entries.isEmpty else { return }
            state.snapshot.turns.append(turn)
            guard ending != .completed, policy.abort == .rollBack else { return }
            state.snapshot.rewind(to: turn.entries.lowerBound, date: turn.ended)
        }
    }

    /// Summarizes what the budget has no room for.
    ///
    /// - Returns: Why it failed, if it did; the turn goes on all the same.
    private func summarizeIfNeeded() async -> (any Error)? {
        guard let summarize = contextPolicy.summarize, contextPolicy.hasBudget else { return nil }
        let summarized = snapshot
        guard let (messages, count) = summarized.overflow(contextPolicy) else { return nil }
        do {
            let message = try await summarize(messages)
            guard message.asSummary != nil else { throw ConversationError.emptySummary }
            // What it covers may be removed at any time: it then reaches to what is left.
            while let through = snapshot.lastRemaining(ofFirst: count, in: summarized) {
                let summary = HistorySummary(message: message, through: through)
                let entry = HistoryEntry<Message>(.summary(summary), date: .now.storable)
                try check(entry)
                let isAppended = change { state in
                    guard state.snapshot.position(of: through) != nil else { return false }
                    state.snapshot.appendUnchecked(entry)
                    return true
                }
                if isAppended { return nil }
            }
            throw ConversationError.outdatedSummary
        } catch { return error }
    }
}
