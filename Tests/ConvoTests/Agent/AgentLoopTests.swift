import ConversationHistory
import Testing

@testable import convo

@Suite struct AgentLoopTests {
    /// Answers each time with the same pieces.
    private struct Parrot: LanguageModel {
        let pieces: [AnswerPiece]

        func answer(
            _ messages: [ChatMessage],
            tools: [any Tool],
            receive: (AnswerPiece) throws -> Void
        ) async throws {
            for piece in pieces { try receive(piece) }
        }
    }

    private func run(_ pieces: AnswerPiece..., tools: [any Tool] = []) async throws -> Conversation<ChatMessage> {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        let loop = AgentLoop(model: Parrot(pieces: pieces), tools: tools) { _ in }
        // The turn keeps how it ended, which is what is looked at.
        try? await conversation.turn("Go") { turn in try await loop.run(turn) }
        return conversation
    }

    @Test func keepsAnAnswerInPieces() async throws {
        let usage = Usage(inputTokens: 1, outputTokens: 2)
        let conversation = try await run(.text("One "), .text("two."), .usage(usage), .usage(usage), .lengthLimit)
        #expect(conversation.messages.map(\.text) == ["Go", "One two."])
        #expect(conversation.snapshot.turns.first?.usage == usage + usage)
        // The limit has cut it off.
        #expect(conversation.snapshot.entries.map(\.isIncomplete) == [false, true])
        #expect(conversation.snapshot.turns.map(\.outcome) == [.completed])
    }

    @Test(arguments: [AnswerPiece.lengthLimit, .cutOff(reason: "content_filter")])
    func anAnswerThatIsCutOffIsMarkedAndCallsNothing(_ ending: AnswerPiece) async throws {
        let call = ToolCall(id: "1", name: "calculator", arguments: ["expression": "1+1"])
        let conversation = try await run(.text("Let me"), ending, .toolCall(call), tools: [CalculatorTool()])
        #expect(conversation.messages.map(\.content) == [[.text("Go")], [.text("Let me")]])
        #expect(conversation.snapshot.entries.map(\.isIncomplete) == [false, true])
        let empty = try await run(ending)
        #expect(empty.snapshot.turns.map(\.outcome) == [.failed])
        #expect(empty.messages.count == 1)
    }

    @Test func keepsReasoningBeforeTheAnswer() async throws {
        let call = ToolCall(id: "1", name: "nope")
        let conversation = try await run(
            .reasoning(ReasoningBlock("First")),
            .reasoning(ReasoningBlock(", then")),
            .text("Yes"),
            .text(".")
        )
        let whole: [ContentBlock] = [.reasoning(ReasoningBlock("First, then")), .text("Yes.")]
        #expect(conversation.messages.last?.content == whole)
        #expect(conversation.snapshot.entries.allSatisfy { !$0.isIncomplete })
        let calling = try await run(.reasoning(ReasoningBlock("Hm")), .toolCall(call))
        #expect(calling.messages[1].content == [.reasoning(ReasoningBlock("Hm")), .toolCall(call)])
    }

    @Test func stopsAModelThatNeverStopsCalling() async throws {
        let call = ToolCall(id: "1", name: "calculator", arguments: ["expression": "1+1"])
        let conversation = try await run(.text("Hm."), .toolCall(call), tools: [CalculatorTool()])
        #expect(conversation.snapshot.turns.map(\.outcome) == [.failed])
        #expect(conversation.messages.count == 1 + 2 * AgentLoop.maximumSteps)
        #expect(conversation.messages[1].content == [.text("Hm."), .toolCall(call)])
        #expect(conversation.context.messages.count == conversation.messages.count)
    }

    @Test func anEmptyAnswerFails() async throws {
        let conversation = try await run(.usage(Usage()))
        #expect(conversation.snapshot.turns.map(\.outcome) == [.failed])
        #expect(conversation.messages.count == 1)
    }

    @Test func tellsTheModelOfWrongArguments() async throws {
        let conversation = try await run(
            .toolCall(ToolCall(id: "1", name: "calculator", arguments: "1+1")),
            tools: [CalculatorTool()]
        )
        let result = try #require(conversation.messages[2].toolResults.first)
        #expect(result.isError)
        #expect(result.content == [.text("The argument \"expression\" is required and must be a string.")])
    }
}
