extension ChatMessage: HistoryMessage {
    /// `"chat"`.
    public static var formatName: String { "chat" }

    /// The texts of the message and of the results in it, a line each; reasoning and arguments are left out.
    public var searchableText: String {
        var texts: [String] = []
        for block in content {
            switch block {
            case .text(let block): texts.append(block.text)
            case .toolResult(let result): texts += result.content.compactMap(\.textValue)
            default: break
            }
        }
        return texts.joined(separator: "\n")
    }

    /// The ids of the calls, in order.
    public var toolCallIDs: [String] {
        content.compactMap { if case .toolCall(let call) = $0 { call.id } else { nil } }
    }

    /// The ids of the calls that the results answer, in order.
    public var toolResultIDs: [String] {
        content.compactMap { if case .toolResult(let result) = $0 { result.callID } else { nil } }
    }

    /// This message with its calls and results renamed or left out; `nil` if no content is left.
    public func withToolParts(callIDs: [String?], resultIDs: [String?], keepingRest: Bool) -> ChatMessage? {
        var calls = callIDs.makeIterator()
        var results = resultIDs.makeIterator()
        var copy = self
        copy.content = content.compactMap { block in
            switch block {
            case .toolCall(var call):
                guard let id = calls.next() ?? nil else { return nil }
                call.id = id
                return .toolCall(call)
            case .toolResult(var result):
                guard let id = results.next() ?? nil else { return nil }
                result.callID = id
                return .toolResult(result)
            default:
                return keepingRest ? block : nil
            }
        }
        return copy.content.isEmpty ? nil : copy
    }

    /// This message without texts in which there is nothing but white space; `nil` if no content is left.
    ///
    /// The results in it are without such texts too, and may be left empty: a tool need not say anything.
    public func withoutEmptyParts() -> ChatMessage? {
        guard content.isEmpty || content.contains(where: \.hasEmptyText) else { return self }
        var copy = self
        copy.content = content.compactMap { block in
            guard case .toolResult(var result) = block else { return block.hasEmptyText ? nil : block }
            result.content.removeAll { $0.textValue != nil && $0.hasEmptyText }
            return .toolResult(result)
        }
        return copy.content.isEmpty ? nil : copy
    }

    /// A message of the tools whose results say that the real ones were lost.
    public static func placeholderResult(forCallIDs callIDs: [String]) -> ChatMessage? {
        ChatMessage(
            role: .tool,
            content: callIDs.map { id in
                .toolResult(
                    ToolResult(
                        callID: id,
                        content: [.text("No result: the call was interrupted before it was answered.")],
                        isError: true,
                        isPlaceholder: true
                    )
                )
            }
        )
    }
}

extension ContentBlock {
    /// Whether this is a text in which there is nothing but white space, or a result with such a text in it.
    fileprivate var hasEmptyText: Bool {
        switch self {
        case .text(let block): block.text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
        case .toolResult(let result): result.content.contains(where: \.hasEmptyText)
        default: false
        }
    }
}
