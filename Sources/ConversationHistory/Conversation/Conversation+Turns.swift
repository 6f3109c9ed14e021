#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Conversation {
    /// Runs a turn: adds the user's message, runs the agent loop and saves the result.
    ///
    /// With the default policy, the message is saved before the loop runs, and the whole turn before this method
    /// returns. If the loop throws or is cancelled, the entries that it appended stay and are saved, the turn is marked
    /// as failed or cancelled, and this method rethrows the loop's error. If the task was cancelled and the loop
    /// returns before a streamed message is finished, the message was cut off: the turn is marked as cancelled and the
    /// message as incomplete, and this method returns the loop's value.
    ///
    /// - Parameters:
    ///   - message: The user's message.
    ///   - sender: The sender to record with the message.
    ///   - body: The agent loop, which sends ``ActiveTurn/messages`` to a model and appends the replies.
    /// - Returns: The value that the loop returns.
    /// - Throws: ``ConversationError`` with the code `turnInProgress` if another turn is running. ``SnapshotError`` if
    ///   the message can't be stored. The store's error if the message could not be saved; the loop then didn't run,
    ///   the conversation is unchanged and nothing of the turn is stored. ``UncertainTurnError`` if the message could
    ///   not be saved but may be stored. The loop's own error. ``UnsavedTurnError``, which carries the loop's result,
    ///   if the turn could not be saved.
    @discardableResult
    public func turn<Value: Sendable>(
        _ message: Message,
        sender: String? = nil,
        perform body: (ActiveTurn<Message>) async throws -> Value
    ) async throws -> Value {
        let entry = HistoryEntry(.message(message), date: .now.storable, sender: sender)
        let id = try begin(try check(entry))
        if policy.saves != .atEnd {
            let writeCount = state.withLock { $0.writeCount }
            do { try await save() } catch {
                throw await undo(id, entry.id, whoseSaveThrew: error, writesBefore: writeCount)
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

    /// Runs a turn with a text as the user's message.
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

    private func begin(_ entry: AdmittedEntry<Message>) throws -> TurnID {
        let id = TurnID.unique()
        let message = entry.box.value
        try change { state in
            guard state.activeTurn == nil else { throw ConversationError.turnInProgress }
            let position = state.snapshot.entries.count
            try state.append(entry)
            state.snapshot.openTurn = Turn(id: id, entries: position..<position + 1, started: message.date)
            state.activeTurn = id
            state.added = [message.id]
        }
        return id
    }

    /// Allows the next turn to begin, and notifies the observers.
    private func endActiveTurn() {
        state.withLock { state in
            state.activeTurn = nil
            state.added = []
            state.markObservers()
        }
        notifyObservers()
    }

    /// Undoes the beginning of a turn whose first message could not be saved.
    ///
    /// The failed save, or another save after it, may have stored the message nevertheless.
    ///
    /// - Parameter writeCount: The value of `State.writeCount` before the failed save.
    /// - Returns: The error for the turn to throw: `error`, or an ``UncertainTurnError`` if the message may be stored.
    private func undo(
        _ turn: TurnID,
        _ entry: EntryID,
        whoseSaveThrew error: any Error,
        writesBefore writeCount: Int
    ) async -> any Error {
        takeBack(entry)
        defer { endActiveTurn() }
        // Nothing was written and no save is pending. A save to undo the turn is not needed, and might be refused too.
        let isUnwritten = state.withLock { $0.writeCount == writeCount && $0.pendingSaveCount == 0 }
        if isUnwritten { return error }
        do {
            try await save()
            return error
        } catch let undoFailure {
            do {
                let stored = try await store.load()
                let isStored = stored.map { $0.openTurn?.id == turn || $0.position(of: entry) != nil } ?? false
                guard isStored else { return error }
                return UncertainTurnError(.stored, turn: turn, cause: error, undoFailure: undoFailure)
            } catch _ {
                state.withLock { $0.mustLoad = true }
                return UncertainTurnError(.unknown, turn: turn, cause: error, undoFailure: undoFailure)
            }
        }
    }

    private func takeBack(_ entry: EntryID) {
        change { state in
            // This turn appended the entry; if it is missing, another task removed it. Summaries that reach to it are
            // newer and have no stored form, so moving them runs no code of the message type.
            try? state.snapshot.remove(entry)
            state.snapshot.openTurn = nil
            state.budget.endTurn()
        }
    }

    /// Ends the turn in memory.
    ///
    /// No other turn can begin until the save of this one has ended.
    private func end<Value>(_ outcome: Result<Value, any Error>) {
        change { state in
            let ending: Turn.Outcome
            switch outcome {
            case .success:
                // A cancelled stream ends like a complete one, so the loop may not know that the message was cut off.
                ending = Task.isCancelled && state.draftPosition != nil ? .cancelled : .completed
            case .failure(let error):
                ending = error is CancellationError || Task.isCancelled ? .cancelled : .failed
            }
            if ending == .completed { state.completeDraft() }
            state.draft = nil
            state.budget.endTurn()
            guard var turn = state.snapshot.openTurn else { return }
            turn.entries = turn.entries.lowerBound..<max(turn.entries.lowerBound, state.snapshot.entries.count)
            turn.ended = .now.storable
            turn.outcome = ending
            state.snapshot.openTurn = nil
            guard ending != .completed, policy.abort == .rollBack else {
                // Its entries may all have been removed while it ran.
                if !turn.entries.isEmpty { state.snapshot.turns.append(turn) }
                return
            }
            state.snapshot.rollBack(turn, adding: state.added, date: turn.ended)
        }
    }

    /// Summarizes the messages that exceed the budget.
    ///
    /// - Returns: The error, if it failed. The turn continues without the summary.
    private func summarizeIfNeeded() async -> (any Error)? {
        guard let summarize = contextPolicy.summarize, contextPolicy.hasBudget else { return nil }
        let summarized = snapshot
        guard let (messages, count) = summarized.overflow(contextPolicy) else { return nil }
        do {
            let message = try await summarize(messages)
            guard message.asSummary != nil else { throw ConversationError.emptySummary }
            // Other tasks may remove covered entries at any time. The summary then reaches to the last one left.
            while let through = snapshot.lastRemaining(ofFirst: count, in: summarized) {
                let summary = HistorySummary(message: message, through: through)
                let entry = HistoryEntry<Message>(.summary(summary), date: .now.storable)
                let admitted = try check(entry)
                let isAppended = try change { (state) throws(SnapshotError) in
                    guard state.snapshot.position(of: through) != nil else { return false }
                    try state.append(admitted)
                    return true
                }
                if isAppended { return nil }
            }
            throw ConversationError.outdatedSummary
        } catch { return error }
    }
}
