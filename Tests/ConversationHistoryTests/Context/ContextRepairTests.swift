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
            "reasoning that says nothing, and a block that holds nothing",
            [
                thinking(.reasoning(ReasoningBlock("\n")), .text("x")),
                thinking(.redactedReasoning(RedactedReasoningBlock(data: "")), .other(.null), .other([:]), .text("y")),
            ],
            ["assistant x", "assistant y"], [.droppedEmptyPart, .droppedEmptyPart]
        ),
        (
            "a result that says nothing", [.calling("a"), .toolResult(callID: "a", text: "")],
            ["calls a", "results a"], [.droppedEmptyPart]
        ),
        (
            "an image without bytes",
            [
                ChatMessage(
                    role: .user,
                    content: [.image(MediaBlock(.base64(mediaType: "image/png", data: ""))), .text("q")]
                ),
                ChatMessage(role: .user, content: [.document(MediaBlock(.url("")))]),
            ],
            ["user q"], [.droppedEmptyPart, .droppedEmptyPart]
        ),
        (
            "reasoning before what it led to",
            [.user("q"), thinking(unsigned, .text("x")), .user("q"), thinking(signed, call("a")), .answering("a")],
            ["user q", "assistant thought, x", "user q", "calls a", "results a"], []
        ),
        (
            "nothing but reasoning", [.user("q"), thinking(signed), .user("r"), thinking(unsigned, sealed)],
            ["user q", "user r"], [.droppedTrailingReasoning, .droppedTrailingReasoning]
        ),
        (
            "reasoning behind the last text", [.user("q"), thinking(signed, .text("x"), sealed), .user("r")],
            ["user q", "assistant thought, x", "user r"], [.droppedTrailingReasoning]
        ),
        (
            "reasoning behind a call", [.user("q"), thinking(call("a"), signed), .answering("a"), .assistant("x")],
            ["user q", "calls a", "results a", "assistant x"], [.droppedTrailingReasoning]
        ),
        (
            "reasoning in a message of its own before what it led to",
            [.user("q"), thinking(signed), thinking(unsigned), thinking(call("a")), .answering("a"), .assistant("x")],
            ["user q", "assistant thought", "assistant thought", "calls a", "results a", "assistant x"], []
        ),
        (
            "reasoning before empty reasoning", [.user("q"), thinking(signed), thinking(signed), .user("r")],
            ["user q", "user r"], [.droppedTrailingReasoning, .droppedTrailingReasoning]
        ),
        (
            "reasoning between a call and its result",
            [.user("q"), thinking(call("a")), thinking(signed), thinking(call("b")), .answering("a"), .answering("b")],
            ["user q", "calls a", "results a", "assistant thought", "calls b", "results b"],
            [.movedResult, .movedResult]
        ),
        (
            "white space at the end", [.user("q "), .assistant("x \n"), .user("r"), .assistant("y\n \u{2003}")],
            ["user q ", "assistant x \n", "user r", "assistant y"], [.trimmedEnd]
        ),
        ("white space of the user's at the end", [.user("q ")], ["user q "], []),
        ("no message", [], [], []),
    ]

    private static let unsigned = ContentBlock.reasoning(ReasoningBlock("thought"))
    private static let signed = ContentBlock.reasoning(ReasoningBlock("thought", signature: "s"))
    private static let sealed = ContentBlock.redactedReasoning(RedactedReasoningBlock(data: "thought"))

    private static func call(_ id: String) -> ContentBlock { .toolCall(ToolCall(id: id, name: "look")) }

    private static func thinking(_ content: ContentBlock...) -> ChatMessage {
        ChatMessage(role: .assistant, content: content)
    }

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

    /// What becomes of a message that was cut off, and what is said about it.
    private static let cutOff: [(name: String, content: [ContentBlock], output: [String], kinds: [Repair.Kind])] = [
        ("a text", [.text("The answ")], ["assistant The answ"], []),
        ("reasoning only", [unsigned], [], [.droppedCutOffPart]),
        (
            "reasoning whose signature is empty", [.reasoning(ReasoningBlock("a", signature: ""))], [],
            [.droppedCutOffPart]
        ),
        ("a text and reasoning", [.text("x"), unsigned], ["assistant x"], [.droppedCutOffPart]),
        ("signed reasoning only", [signed], [], [.droppedTrailingReasoning]),
        ("signed and other reasoning", [signed, unsigned], [], [.droppedCutOffPart, .droppedTrailingReasoning]),
        ("reasoning that is whole", [unsigned, .text("The answ")], ["assistant thought, The answ"], []),
        ("reasoning and an empty text", [unsigned, .text("")], [], [.droppedEmptyPart, .droppedCutOffPart]),
        (
            "a call with the beginning of its arguments",
            [.text("x"), .toolCall(ToolCall(id: "a", name: "look", arguments: #"{"city":"To"#))],
            ["assistant x"], [.droppedCutOffPart]
        ),
        (
            "a call with all of its arguments",
            [.toolCall(ToolCall(id: "a", name: "look", arguments: #"{"city":"Tokyo"}"#))],
            ["calls a", "made up a"], [.madeUpResult]
        ),
    ]

    @Test(arguments: cutOff.indices)
    func leavesOutWhatWasCutOff(_ row: Int) throws {
        let (name, content, output, kinds) = Self.cutOff[row]
        var snapshot = ConversationSnapshot<ChatMessage>()
        try snapshot.append(.user("q"))
        try snapshot.append(HistoryEntry(.message(Self.thinking(.text("before")))))
        let message = ChatMessage(role: .assistant, content: content)
        let entry = HistoryEntry(.message(message), isIncomplete: true)
        try snapshot.append(entry)
        try snapshot.append(.user("r"))
        let context = snapshot.context()
        #expect(context.messages.map(Self.sketch) == ["user q", "assistant before"] + output + ["user r"], "\(name)")
        #expect(context.repairs.map(\.kind) == kinds, "\(name)")
        #expect(context.repairs.allSatisfy { $0.entry == entry.id }, "\(name)")
        #expect(context.omittedCount == 0, "\(name)")
        #expect(snapshot.entries[2].message == message)
    }

    @Test func everyRuleHasATest() {
        let tested = Self.table.flatMap(\.kinds) + Self.cutOff.flatMap(\.kinds)
        // These have tests of their own, below.
        let elsewhere: Set<Repair.Kind> = [.droppedCall, .addedFirstMessage, .addedLastMessage]
        #expect(Set(tested).union(elsewhere) == Set(Repair.Kind.all))
        #expect(elsewhere.isDisjoint(with: tested))
    }

    @Test func aContinuationLetsTheUserBeginAndEnd() {
        let policy = ContextPolicy<ChatMessage>(continuation: .user("go on"))
        func sketches(_ messages: ChatMessage..., kinds: [Repair.Kind] = []) -> [String] {
            let context = ConversationSnapshot(messages: messages).context(policy)
            #expect(ContextChecker.fault(in: context.messages, asksUser: true) == nil)
            #expect(context.omittedCount == 0)
            #expect(context.repairs.map(\.kind) == kinds)
            return context.messages.map(Self.sketch)
        }
        #expect(
            sketches(
                .system("s"),
                .assistant("hello"),
                .user("q"),
                .assistant("x "),
                kinds: [.addedLastMessage, .addedFirstMessage]
            ) == ["system s", "user go on", "assistant hello", "user q", "assistant x ", "user go on"]
        )
        #expect(sketches(.assistant("hello"), .user("q"), kinds: [.addedFirstMessage]).first == "user go on")
        #expect(sketches(.system("s"), .user("q")) == ["system s", "user q"])
        #expect(sketches(.user("q"), .calling("a"), .answering("a")) == ["user q", "calls a", "results a"])
        #expect(sketches(.system("s")) == ["system s"])
        #expect(sketches().isEmpty)
        let repairs = ConversationSnapshot(messages: [.assistant("hello"), .user("q"), .assistant("x")]).context(policy)
            .repairs
        #expect(repairs.map(\.entry) == ["3", "1"])
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

    /// A message of another type takes part in the rules about its parts.
    @Test func anotherTypeIsRepairedAsItSays() throws {
        var snapshot = ConversationSnapshot<Thinker>()
        try snapshot.append(Thinker(role: .user, text: "q"))
        try snapshot.append(Thinker(thought: "a"))
        try snapshot.append(
            HistoryEntry(.message(Thinker(thought: "b", isSigned: false, text: "")), isIncomplete: true)
        )
        try snapshot.append(Thinker(thought: "c", text: "x "))
        let context = snapshot.context()
        #expect(
            context.messages == [
                Thinker(role: .user, text: "q"), Thinker(thought: "a"), Thinker(thought: "c", text: "x"),
            ]
        )
        #expect(context.repairs.map(\.kind) == [.droppedCutOffPart, .trimmedEnd])
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
        var texts = input.flatMap(Self.texts)
        if context.repairs.contains(where: { $0.kind == .trimmedEnd }), let text = texts.last {
            texts[texts.count - 1] = String(text.reversed().drop(while: \.isWhitespace).reversed())
        }
        #expect(output.flatMap(Self.texts) == texts)
        #expect(output.flatMap(Self.reasons).isSubsequence(of: input.flatMap(Self.reasons)))
        // Reasoning that led to something in its message stays.
        let kept = Set(output.flatMap(Self.reasons))
        for message in input {
            let end = message.content.lastIndex { !ContextChecker.isReasoning($0) && $0.textValue != " \n" } ?? 0
            for block in message.content[..<end] where ContextChecker.isReasoning(block) {
                #expect(kept.contains(block))
            }
        }
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

    private static func reasons(_ message: ChatMessage) -> [ContentBlock] {
        message.content.filter(ContextChecker.isReasoning)
    }

    private static func sketch(_ message: ChatMessage) -> String {
        let results = message.toolResults
        if !results.isEmpty {
            return (results[0].isPlaceholder ? "made up " : "results ") + results.map(\.callID).joined(separator: ",")
        }
        if !message.toolCalls.isEmpty { return "calls " + message.toolCalls.map(\.id).joined(separator: ",") }
        let thoughts = reasons(message).map { _ in "thought" }
        return "\(message.role) " + (thoughts + message.content.compactMap(\.textValue)).joined(separator: ", ")
    }
}

extension Sequence where Element: Equatable {
    /// Whether these elements are among the others, in this order.
    fileprivate func isSubsequence(of others: [Element]) -> Bool {
        var rest = others[...]
        return allSatisfy { element in
            guard let index = rest.firstIndex(of: element) else { return false }
            rest = rest[(index + 1)...]
            return true
        }
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

/// A message type that knows reasoning, in a member of its own.
private struct Thinker: HistoryMessage {
    var role = MessageRole.assistant
    var thought = ""
    var isSigned = true
    var text = ""

    var searchableText: String { text }

    func withoutCutOffParts() -> Thinker? { text.isEmpty && !isSigned ? nil : self }
    func withoutTrailingReasoning() -> Thinker? { text.isEmpty ? nil : self }
    func withoutTrailingWhitespace() -> Thinker {
        var copy = self
        while copy.text.last?.isWhitespace == true { copy.text.removeLast() }
        return copy
    }
}
