#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A running turn, through which the agent loop reads the model's context and appends messages.
///
/// ``Conversation/turn(_:sender:perform:)-(Message,_,_)`` passes it to the loop. After the loop has ended, every method
/// that would change the turn throws ``ConversationError`` with the code `turnEnded`.
public final class ActiveTurn<Message: HistoryMessage>: Sendable {
    /// The turn's id.
    public let id: TurnID

    /// The error that kept the history from being summarized before the loop ran, if any.
    ///
    /// The turn continues without the summary.
    public let summaryError: (any Error)?

    let conversation: Conversation<Message>

    init(id: TurnID, conversation: Conversation<Message>, summaryError: (any Error)?) {
        self.id = id
        self.conversation = conversation
        self.summaryError = summaryError
    }

    /// The messages to send to the model: the history, including this turn, repaired and fitted to the budget.
    ///
    /// Each access computes them again, so read them once per step.
    public var messages: [Message] { context.messages }

    /// The messages to send to the model, with the repairs and the number of omitted messages.
    public var context: ModelContext<Message> { conversation.context }

    /// Appends a message from the model or from a tool.
    ///
    /// This completes a message that is being streamed. With the policy ``ConversationPolicy/Saves/eachMessage``, the
    /// message is saved before this method returns.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - sender: The sender to record with the message, such as one of several agents or a tool.
    /// - Returns: The id of the message's entry.
    /// - Throws: ``ConversationError`` with the code `turnEnded` if the turn has ended. ``SnapshotError`` if the
    ///   message can't be stored. With that policy, the store's error; the message then stays in memory.
    @discardableResult
    public func append(_ message: Message, sender: String? = nil) async throws -> EntryID {
        let entry = HistoryEntry(.message(message), date: .now.storable, sender: sender)
        let admitted = try conversation.check(entry)
        try changeTurn { state in
            try state.append(admitted)
            state.completeDraft()
            state.added.insert(entry.id)
        }
        if conversation.policy.saves == .eachMessage { try await conversation.save() }
        return entry.id
    }

    /// Appends several messages from the model or from tools.
    ///
    /// - Throws: The errors of ``append(_:sender:)``. The messages before the failed one stay appended.
    public func append(contentsOf messages: some Sequence<Message> & Sendable) async throws {
        for message in messages { try await append(message) }
    }

    /// Adds to the usage of the turn.
    ///
    /// - Throws: ``ConversationError`` with the code `turnEnded` if the turn has ended. ``SnapshotError`` if the
    ///   details can't be stored; then nothing is added.
    public func addUsage(_ usage: Usage) throws {
        try usage.details.checkDepth()
        try changeTurn { state in
            guard var turn = state.snapshot.openTurn else { return }
            turn.usage = turn.usage.map { $0 + usage } ?? usage
            let byteCount = TurnCoding.byteCount(ofContent: turn)
            try state.budget.change { $0.usage = byteCount }
            state.snapshot.openTurn = turn
        }
    }

    /// Changes the conversation, or throws if this turn has ended.
    ///
    /// - Parameter body: See ``Conversation/change(_:)``.
    func changeTurn(_ body: (inout Conversation<Message>.State) throws -> Void) throws {
        try conversation.change { state in
            try checkIsActive(in: state)
            try body(&state)
        }
    }

    func checkIsActive(in state: Conversation<Message>.State) throws(ConversationError) {
        guard state.activeTurn == id, state.snapshot.openTurn?.id == id else { throw .turnEnded }
    }
}
