public import ConversationHistory
import ConversationHistoryLibrary

extension SampleConversations {
    /// Texts that careless code changes, truncates or rejects.
    public static let strangeTexts: [String] = [
        "",
        " ",
        "\u{0}",
        "before\u{0}after\u{0}",
        String(String.UnicodeScalarView((0..<32).compactMap { Unicode.Scalar($0 as Int) })) + "\u{7f}",
        "\"quoted\" and \\back\\slashed\\ and /slashed/ and \\\"both\\\"",
        "one line\ntwo\r\nthree\rfour\n",
        "line\u{2028}separator, paragraph\u{2029}separator, next\u{85}line",
        "caf\u{e9}, composed",
        "cafe\u{301}, decomposed",
        "\u{1112}\u{1161}\u{11ab} and \u{d55c}",
        "👩‍👩‍👧‍👦 👩🏽‍🚀 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇺🇳 ❤️ 1️⃣",
        "\u{feff}a mark at the start, and \u{fffd} a replacement",
        "\u{ffff}\u{fffe}\u{1ffff}\u{10ffff} are no characters, and \u{e000} is private",
        "שלום \u{202e}back to front\u{202c} مرحبا",
        "e\u{301}\u{327}\u{323}\u{30a} many marks, \u{200d}\u{200b}\u{2060} and none to see",
        "'; DROP TABLE messages; -- %s %n $1 ? :name {{x}} ${x} <b>&amp;</b>",
        "],\"state\":{\"revision\":9,\"count\":0,\"checksum\":\"00000000\"}}\n{\"id\":\"x\"}\n]}",
        "{\"role\":\"user\",\"content\":[]}",
    ]

    /// Numbers that careless code rounds, in their written form.
    public static let strangeNumbers: [String] = [
        "0", "-0", "0.0", "1.0", "1.10", "1e2", "1E+02", "-1.5e-7", "0.1", "1e400", "-1e-400", "4.9e-324",
        "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
        "18446744073709551616", "123456789012345678901234567890.123456789012345678901234567890",
    ]

    /// Messages of every kind, with unusual texts, numbers and shapes that can be stored.
    public static let everyKindOfMessage: [ChatMessage] = {
        let numbers = strangeNumbers.map { JSONNumber($0).map(JSONValue.number) ?? .null }
        let texts = strangeTexts.map(JSONValue.string)
        let fields: JSONObject = ["cache": ["type": "ephemeral", "ttl": 300], "z": nil, "a": .array(numbers)]
        var messages: [ChatMessage] = [
            .system("You are a careful assistant."),
            ChatMessage(role: .developer, text: "Use metric units."),
            ChatMessage(role: .user, content: []),
            ChatMessage(role: "", text: "No role at all"),
            ChatMessage(role: "critic \"e\u{301}\"", content: [.text("A role of tomorrow")], additionalFields: fields),
            ChatMessage(role: .user, content: strangeTexts.map(ContentBlock.text)),
            ChatMessage(role: .user, content: [.text(TextBlock("With fields", additionalFields: fields))]),
        ]
        messages += strangeTexts.map(ChatMessage.user)
        let sources: [MediaSource] = [
            .base64(mediaType: "image/png", data: "iVBORw0KGgo="), .base64(mediaType: "", data: ""),
            .url("https://example.org/ü?a=b&c=\"d\""), .file(id: "file-1"), .other(["type": "orbit", "place": 7]),
        ]
        messages += sources.map { source in
            let named = MediaBlock(source, name: "plan e\u{301}.pdf", additionalFields: fields)
            return ChatMessage(role: .user, content: [.image(MediaBlock(source)), .document(named)])
        }
        let arguments: [JSONValue] = [
            nil, true, "text", [], [:], .array(numbers), .array(texts),
            ["zebra": 1, "apple": 2, "": 3, "cafe\u{301}": 4, "caf\u{e9}": 5, "nested": ["b": [], "a": [:]]],
            .object(JSONObject([(key: "twice", value: 1), (key: "twice", value: 2)])),
            nested(JSONValue.maximumDepth - 1), nested(JSONValue.maximumDepth),
        ]
        messages += arguments.enumerated().map { number, arguments in
            let call = ToolCall(id: "call-\(number)", name: "tool", arguments: arguments, additionalFields: fields)
            return ChatMessage(role: .assistant, content: [.text("Calling"), .toolCall(call)])
        }
        var deepResult = ToolResult(callID: "call-0", text: "innermost")
        for level in 0..<15 { deepResult = ToolResult(callID: "level-\(level)", content: [.toolResult(deepResult)]) }
        messages += [
            ChatMessage(
                role: .tool,
                content: strangeTexts.map { .toolResult(ToolResult(callID: "call-1", text: $0, isError: true)) }
            ),
            ChatMessage(
                role: .tool,
                content: [
                    .toolResult(
                        ToolResult(
                            callID: "",
                            content: [.image(MediaBlock(.file(id: "7"))), .text(""), .other(["type": "table"])],
                            isPlaceholder: true,
                            additionalFields: fields
                        )
                    ),
                    .toolResult(ToolResult(callID: "call-2", content: [])), .toolResult(deepResult),
                ]
            ),
            ChatMessage(
                role: .assistant,
                content: [
                    .reasoning(ReasoningBlock("Let me think.", signature: "c2lnbmF0dXJl+/=", additionalFields: fields)),
                    .reasoning(ReasoningBlock("")),
                    .redactedReasoning(RedactedReasoningBlock(data: "c2VhbGVk", additionalFields: fields)),
                    .other(["type": "hologram", "depth": .array(numbers), "text": ["not", "a", "string"]]),
                    .other(["no": "type"]), .other("a bare string"), .other(nil), .other(nested(400)),
                ]
            ),
        ]
        // Longer than the usual buffers.
        messages.append(.user(String(repeating: "a very long text, ", count: 3_800) + "🧵"))
        return messages
    }()

    /// Returns a value that alternately nests objects and arrays.
    ///
    /// - Parameter depth: The number of levels.
    public static func nested(_ depth: Int) -> JSONValue {
        (0..<max(0, depth)).reduce("core") { inner, level in
            level.isMultiple(of: 2) ? .array([inner]) : .object(["in": inner])
        }
    }
}
