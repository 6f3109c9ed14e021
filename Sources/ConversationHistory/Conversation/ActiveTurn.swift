#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A turn while its loop runs: what the loop reads, and where it puts what comes back.
///
/// It is given to the loop by ``Conversation/turn(_:sender:perform:)-(Message,_,_)`` and is of no use when that has
/// returned: whatever would change the turn then throws ``ConversationError`` with the code `turnEnded`.
public final class ActiveTurn<Message: HistoryMessage>: Sendable {
    /// The turn's id.
    public let id: TurnID

    /// Why the history could not be summarized before the loop ran, if it could not; the turn goes on without.
    public let summaryError: (any Error)?

    let conversation: Conversation<Message>

    init(id: TurnID, conversation: Conversation<Message>, summaryError: (any Error)?) {
        self.id = id
        self.conversation = conversation
        self.summaryError = summaryError
    }

    /// What the model is to be given now: the history with what this turn has added, repaired and fitted.
    ///
    /// It is made anew at each access, so read it once a step.
    public var messages: [Message] { context.messages }

    /// What the model is to be given now, and what had to be repaired or left out.
    public var context: ModelContext<Message> { conversation.context }

    /// Appends a message that came from the model or from a tool.
    ///
    /// A message that was being streamed is complete with this. By the policy ``ConversationPolicy/Saves/eachMessage``
    /// the message is saved before this returns.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - sender: Who it comes from, if that is to be kept: one of several agents, a tool.
    /// - Returns: The id of the message's entry.
    /// - Throws: ``ConversationError`` with the code `turnEnded`; ``SnapshotError`` if the message cannot be stored; by
    ///   that policy the store's failure, and then the message is kept in memory.
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

    /// Appends some messages that came from the model or from tools.
    ///
    /// - Throws: As ``append(_:sender:)``; the messages before the one that failed are kept.
    public func append(contentsOf messages: some Sequence<Message> & Sendable) async throws {
        for message in messages { try await append(message) }
    }

    /// Adds to what the turn has cost.
    ///
    /// - Throws: ``ConversationError`` with the code `turnEnded`; ``SnapshotError`` if the details cannot be stored, and
    ///   then nothing is added.
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

    /// Changes the conversation if this turn is still the one that runs.
    ///
    /// - Parameter body: As that of ``Conversation/change(_:)``.
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
