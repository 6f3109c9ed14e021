public import ConversationHistory
import ConversationHistoryLibrary

/// A source of realistic conversations of any length, which depend only on a seed.
///
/// A turn is a request of about 200 bytes, up to two rounds of tool calls with JSON arguments and results of 2 to 4 KB,
/// and an answer of about 1 KB of Markdown with some code and emoji: about 1.5 KB per message.
///
/// ```swift
/// let messages = SampleConversations.messages(1_000)
/// ```
public struct SampleConversations: Sendable {
    private var numbers: SampleNumbers
    private let text: SampleText
    private let seed: UInt64
    private var callCount = 0

    /// Creates a source of turns.
    ///
    /// - Parameter seed: The seed that the turns depend on.
    public init(seed: UInt64 = 1) {
        var numbers = SampleNumbers(seed: seed)
        text = SampleText(numbers: &numbers)
        self.numbers = numbers
        self.seed = seed
    }

    /// Returns the messages of the next turn, from the request to the answer.
    public mutating func nextTurn() -> [ChatMessage] {
        var messages = [ChatMessage.user(text.request(&numbers))]
        for _ in 0..<numbers.one(of: [0, 0, 1, 1, 2]) {
            var blocks: [ContentBlock] = []
            if numbers.fraction() < 0.6 { blocks.append(.text(text.markdown(&numbers, mean: 230))) }
            let calls = (0..<(numbers.fraction() < 0.8 ? 1 : 2)).map { _ in nextCall() }
            blocks += calls.map(ContentBlock.toolCall)
            messages.append(ChatMessage(role: .assistant, content: blocks))
            let results = calls.map { call in
                ToolResult(callID: call.id, text: text.toolOutput(&numbers), isError: numbers.fraction() < 0.05)
            }
            messages.append(ChatMessage(role: .tool, content: results.map(ContentBlock.toolResult)))
        }
        messages.append(.assistant(text.markdown(&numbers, mean: 950)))
        return messages
    }

    private mutating func nextCall() -> ToolCall {
        callCount += 1
        let id = "call_\(String(seed, radix: 36))_\(String(numbers.next(), radix: 36))_\(callCount)"
        switch numbers.below(4) {
        case 0:
            return ToolCall(
                id: id,
                name: "open_file",
                arguments: ["path": .string(text.path(&numbers)), "from": number(numbers.below(2_000)), "lines": 250]
            )
        case 1:
            let command = "cd \(text.path(&numbers)) && rg \"\(text.word(&numbers))\" | tail -n \(numbers.below(90))"
            return ToolCall(
                id: id,
                name: "shell",
                arguments: ["command": .string(command), "timeout": number(numbers.below(600_000)), "quiet": false]
            )
        case 2:
            return ToolCall(
                id: id,
                name: "replace",
                arguments: [
                    "path": .string(text.path(&numbers)), "before": .string(code(3)), "after": .string(code(4)),
                    "everywhere": .bool(numbers.fraction() < 0.3),
                ]
            )
        default:
            let filter: JSONValue = [
                "kinds": [.string(numbers.one(of: SampleText.fileEndings)), "txt"],
                "least": JSONNumber(numbers.fraction()).map(JSONValue.number) ?? .null,
                "after": nil,
            ]
            return ToolCall(
                id: id,
                name: "find",
                arguments: ["terms": .string("\(text.word(&numbers)) \(text.word(&numbers))"), "filter": filter]
            )
        }
    }

    private func number(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }

    private mutating func code(_ count: Int) -> String {
        let lines = (0..<count).map { _ in String(decoding: text.codeLine(&numbers), as: UTF8.self) }
        return lines.joined(separator: "\n")
    }

    // MARK: - Whole conversations

    /// Returns the first messages of a conversation.
    ///
    /// - Parameters:
    ///   - count: The number of messages; the last turn may be cut off.
    ///   - seed: The seed that the messages depend on.
    public static func messages(_ count: Int, seed: UInt64 = 1) -> [ChatMessage] {
        var source = SampleConversations(seed: seed)
        var messages: [ChatMessage] = []
        messages.reserveCapacity(count + 6)
        while messages.count < count { messages += source.nextTurn() }
        messages.removeLast(messages.count - max(0, count))
        return messages
    }

    /// Returns a conversation of bare messages, some of them pinned.
    ///
    /// - Parameters:
    ///   - count: The number of messages; the last turn may be cut off.
    ///   - seed: The seed that the messages depend on.
    public static func snapshot(messageCount count: Int, seed: UInt64 = 1) -> ConversationSnapshot<ChatMessage> {
        var numbers = SampleNumbers(seed: seed &+ 1)
        let messages = messages(count, seed: seed)
        let pinned = messages.map { message in
            numbers.fraction() < (message.role == .user ? 0.05 : message.role == .assistant ? 0.015 : 0)
        }
        do throws(SnapshotError) {
            return try ConversationSnapshot(messages: messages, pinned: pinned)
        } catch {
            // The only error is `lengthMismatch`, and the pins are made one per message.
            preconditionFailure("The number of pins differs from the number of messages.")
        }
    }

    /// Returns a conversation of about a size in up to 500 turns; a document in each turn adds the missing bytes.
    static func large(byteCount: Int) -> [ChatMessage] {
        var source = SampleConversations(seed: 11)
        let turnCount = min(500, max(0, byteCount) / 5_000 + 1)
        let rest = max(0, byteCount / turnCount - 5_000)
        let data = String(repeating: "QmFzZTY0", count: rest / 8)
        var messages: [ChatMessage] = []
        for number in 0..<turnCount {
            messages += source.nextTurn()
            let document = MediaBlock(.base64(mediaType: "text/plain", data: data), name: "attachment \(number)")
            messages[messages.count - 1].content.append(.document(document))
        }
        return messages
    }
}
