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
    ///   stored; the store's failure if the user's message could not be saved, and then the loop did not run, the
    ///   conversation is as it was and nothing of the turn is stored; ``UncertainTurnError`` if in that case the message
    ///   could not be taken back for certain; what the loop throws; ``UnsavedTurnError``, which carries the loop's
    ///   result, if the turn could not be saved.
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

    /// Lets the next turn begin, and tells who watches.
    private func endActiveTurn() {
        state.withLock { state in
            state.activeTurn = nil
            state.added = []
            state.markObservers()
        }
        notifyObservers()
    }

    /// Undoes the beginning of a turn whose first message could not be saved: nothing of it has happened.
    ///
    /// The message may be stored all the same, by that save or by another one that came behind it.
    ///
    /// - Parameter writeCount: How many saves may have written something before that one.
    /// - Returns: What the turn is to throw: the error, or that it is not certain whether the message is stored.
    private func undo(
        _ turn: TurnID,
        _ entry: EntryID,
        whoseSaveThrew error: any Error,
        writesBefore writeCount: Int
    ) async -> any Error {
        takeBack(entry)
        defer { endActiveTurn() }
        // Then nothing was written, nothing will be, and another save might be refused as well.
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
            // The entry was appended by this turn; if it is gone, it was removed in the meantime. What was said of it
            // since is new, so that nothing of a message type is needed to move it.
            try? state.snapshot.remove(entry)
            state.snapshot.openTurn = nil
            state.budget.endTurn()
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
            state.budget.endTurn()
            guard var turn = state.snapshot.openTurn else { return }
            turn.entries = turn.entries.lowerBound..<max(turn.entries.lowerBound, state.snapshot.entries.count)
            turn.ended = .now.storable
            turn.outcome = ending
            state.snapshot.openTurn = nil
            guard ending != .completed, policy.abort == .rollBack else {
                // All that came in while it ran may have been removed.
                if !turn.entries.isEmpty { state.snapshot.turns.append(turn) }
                return
            }
            state.snapshot.rollBack(turn, adding: state.added, date: turn.ended)
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
