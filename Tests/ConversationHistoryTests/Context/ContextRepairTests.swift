import Testing

@testable import ConversationHistory

@Suite struct ContextRepairTests {
    /// Lists that models refuse, what becomes of them, and what is said about it.
    static let table: [(name: String, input: [ChatMessage], output: [String], kinds: [Repair.Kind])] = [
        (
            "sound", [.user("q"), .calling("a", "b"), .answering("b", "a"), .assistant("x")],
            ["user q", "calls a,b", "results b,a", "assistant x"], []
        ),
        (
            "the last message has a call", [.user("q"), .calling("a")],
            ["user q", "calls a", "made up a"], [.madeUpResult]
        ),
        (
            "a call in the middle", [.calling("a"), .user("q"), .assistant("x")],
            ["calls a", "made up a", "user q", "assistant x"], [.madeUpResult]
        ),
        (
            "parallel calls, one answered", [.calling("a", "b", "c"), .answering("b"), .user("q")],
            ["calls a,b,c", "results b", "made up a,c", "user q"], [.madeUpResult, .madeUpResult]
        ),
        (
            "a result without a call", [.user("q"), .answering("a"), .assistant("x")],
            ["user q", "assistant x"], [.droppedResult]
        ),
        (
            "a second result", [.calling("a"), .answering("a"), .answering("a"), .user("q")],
            ["calls a", "results a", "user q"], [.droppedResult]
        ),
        (
            "a result before its call", [.answering("a"), .calling("a"), .user("q")],
            ["calls a", "results a", "user q"], [.movedResult]
        ),
        (
            "a result of an earlier turn is no answer", [.answering("a"), .user("q"), .calling("a")],
            ["user q", "calls a", "made up a"], [.droppedResult, .madeUpResult]
        ),
        (
            "a question between a call and its result", [.calling("a"), .user("q"), .answering("a")],
            ["calls a", "results a", "user q"], [.movedResult]
        ),
        (
            "two calls before two results", [.calling("a"), .calling("b"), .answering("a"), .answering("b")],
            ["calls a", "results a", "calls b", "results b"], [.movedResult, .movedResult]
        ),
        (
            "results in one message for two callers", [.calling("a"), .calling("b"), .answering("a", "b")],
            ["calls a", "results a", "calls b", "results b"], [.movedResult]
        ),
        (
            "an id that is used again", [.calling("a"), .answering("a"), .calling("a"), .answering("a")],
            ["calls a", "results a", "calls a-2", "results a-2"], [.renamedCall]
        ),
        (
            "an id that is used again and its new name is taken",
            [.calling("a", "a-2"), .answering("a", "a-2"), .calling("a"), .answering("a")],
            ["calls a,a-2", "results a,a-2", "calls a-3", "results a-3"], [.renamedCall]
        ),
        (
            "an id twice in a message", [.calling("a", "a"), .answering("a"), .answering("a")],
            ["calls a,a-2", "results a", "results a-2"], [.renamedCall]
        ),
        (
            "an id that is used again, and answered once", [.calling("a"), .user("q"), .calling("a"), .answering("a")],
            ["calls a", "made up a", "user q", "calls a-2", "results a-2"], [.madeUpResult, .renamedCall]
        ),
        (
            "nothing in a message",
            [.user("q"), ChatMessage(role: .assistant, content: []), .assistant(" \n\t"), .assistant("x")],
            ["user q", "assistant x"], [.droppedEmptyPart, .droppedEmptyPart]
        ),
        (
            "an empty text beside a call",
            [
                ChatMessage(role: .assistant, content: [.text(""), .toolCall(ToolCall(id: "a", name: "n"))]),
                .answering("a"),
            ],
            ["calls a", "results a"], [.droppedEmptyPart]
        ),
        (
            "a result that says nothing", [.calling("a"), .toolResult(callID: "a", text: "")],
            ["calls a", "results a"], [.droppedEmptyPart]
        ),
        ("no message", [], [], []),
    ]

    @Test(arguments: table.indices)
    func repairs(_ row: Int) {
        let (name, input, output, kinds) = Self.table[row]
        let snapshot = ConversationSnapshot(messages: input)
        let context = snapshot.context()
        #expect(context.messages.map(Self.sketch) == output, "\(name)")
        #expect(
            context.repairs.map(\.kind).sorted { $0.rawValue < $1.rawValue }
                == kinds.sorted { $0.rawValue < $1.rawValue },
            "\(name)"
        )
        #expect(ContextChecker.fault(in: context.messages) == nil, "\(name)")
        #expect(Array(snapshot.messages) == input)
    }

    @Test func parallelCallsOfOneIDKeepTheOrderOfTheirResults() {
        let input: [ChatMessage] = [
            .calling("a", "a"),
            ChatMessage(
                role: .tool,
                content: [
                    .toolResult(ToolResult(callID: "a", text: "first")),
                    .toolResult(ToolResult(callID: "a", text: "second")),
                ]
            ),
        ]
        let results = ConversationSnapshot(messages: input).context().messages[1].toolResults
        #expect(results.map(\.callID) == ["a", "a-2"])
        #expect(results.map(\.content) == [[.text("first")], [.text("second")]])
    }

    @Test func saysWhichEntryARepairIsAbout() throws {
        var snapshot = ConversationSnapshot<ChatMessage>()
        try snapshot.append(.user("q"))
        try snapshot.append(HistoryEntry(.action(HistoryAction(name: "pressed"))))
        let caller = try snapshot.append(.calling("a", "b"))
        let answer = try snapshot.append(.answering("c"))
        let repairs = snapshot.context().repairs
        #expect(
            repairs == [
                Repair(kind: .madeUpResult, entry: caller, callID: "a"),
                Repair(kind: .madeUpResult, entry: caller, callID: "b"),
                Repair(kind: .droppedResult, entry: answer, callID: "c"),
            ]
        )
    }

    @Test func aResultThatIsMadeUpSaysSo() throws {
        let context = ConversationSnapshot<ChatMessage>(messages: [.user("q"), .calling("a")]).context()
        let result = try #require(context.messages.last?.toolResults.first)
        #expect(result.isPlaceholder && result.isError && !result.content.isEmpty)
    }

    /// A message whose type has no way to make up a result loses the call instead.
    @Test func aCallIsLeftOutIfNoResultCanBeMadeUp() {
        let context = ConversationSnapshot(messages: [Plain(text: "", calls: ["a"]), Plain(text: "t", calls: ["b"])])
            .context()
        #expect(context.messages == [Plain(text: "t", calls: [])])
        #expect(context.repairs.map(\.kind) == [.droppedCall, .droppedCall])
    }

    @Test(arguments: 0..<400)
    func whateverTheHistory(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let input = (0..<Int.random(in: 0...30, using: &generator)).map { ChatMessage.random($0, using: &generator) }
        let snapshot = ConversationSnapshot(messages: input)
        let before = snapshot
        let context = snapshot.context()
        let output = context.messages

        #expect(ContextChecker.fault(in: output) == nil)
        #expect(snapshot == before && Array(snapshot.messages) == input)
        #expect(snapshot.context() == context)
        // It leaves a list that it has repaired as it is.
        let again = ConversationSnapshot(messages: output).context()
        #expect(again.messages == output && again.repairs.isEmpty && again.omittedCount == 0)
        // Nothing but what cannot be kept is left out, and nothing else is added.
        #expect(output.flatMap(\.toolCalls).map(\.arguments) == input.flatMap(\.toolCalls).map(\.arguments))
        #expect(output.flatMap(Self.texts) == input.flatMap(Self.texts))
        let results = output.flatMap(\.toolResults)
        let real = Set(results.filter { !$0.isPlaceholder }.map(\.content))
        #expect(real.isSubset(of: Set(input.flatMap(\.toolResults).map(\.content))))
        #expect(real.count == results.count { !$0.isPlaceholder })
        // The results that can be given to a call before them are so many; some may go to one behind them.
        #expect(real.count >= ContextChecker.answerableCount(in: input))
        #expect(results.count(where: \.isPlaceholder) == context.repairs.count { $0.kind == .madeUpResult })
        #expect(input.flatMap(\.toolResults).count - real.count == context.repairs.count { $0.kind == .droppedResult })
    }

    private static func texts(_ message: ChatMessage) -> [String] {
        message.content.compactMap(\.textValue).filter { !$0.allSatisfy(\.isWhitespace) }
    }

    private static func sketch(_ message: ChatMessage) -> String {
        let results = message.toolResults
        if !results.isEmpty {
            return (results[0].isPlaceholder ? "made up " : "results ") + results.map(\.callID).joined(separator: ",")
        }
        if !message.toolCalls.isEmpty { return "calls " + message.toolCalls.map(\.id).joined(separator: ",") }
        return "\(message.role) \(message.text)"
    }
}

/// A message type that knows calls, and no way to make up results.
private struct Plain: HistoryMessage {
    var text: String
    var calls: [String]

    var role: MessageRole { .assistant }
    var searchableText: String { text }
    var toolCallIDs: [String] { calls }

    func withToolParts(callIDs: [String?], resultIDs: [String?], keepingRest: Bool) -> Plain? {
        let copy = Plain(text: keepingRest ? text : "", calls: callIDs.compactMap(\.self))
        return copy.text.isEmpty && copy.calls.isEmpty ? nil : copy
    }
}
