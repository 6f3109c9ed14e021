extension ChatMessage: HistoryMessage {
    /// The name of this message type in a stored history: `"chat"`.
    public static var formatName: String { "chat" }

    /// The texts of the message and of its tool results, joined by newlines, without reasoning and arguments.
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

    /// The ids of the tool calls, in order.
    public var toolCallIDs: [String] {
        content.compactMap { if case .toolCall(let call) = $0 { call.id } else { nil } }
    }

    /// The ids of the calls that the results answer, in order.
    public var toolResultIDs: [String] {
        content.compactMap { if case .toolResult(let result) = $0 { result.callID } else { nil } }
    }

    /// Returns this message with its calls and results renamed or left out, or `nil` if no content is left.
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

    /// Returns this message without empty parts, or `nil` if no content is left.
    ///
    /// Empty parts are texts of only white space, images and documents with an empty source, and blocks of unknown
    /// kinds without content. Reasoning is empty only if it has no text, no signature and no encrypted data: some
    /// providers return only the signature, and require it in later requests. Tool results lose their empty parts too,
    /// but stay even if nothing is left in them, because a tool doesn't have to return anything.
    public func withoutEmptyParts() -> ChatMessage? {
        guard content.isEmpty || content.contains(where: \.holdsNothing) else { return self }
        var copy = self
        copy.content = content.compactMap { block in
            guard case .toolResult(var result) = block else { return block.holdsNothing ? nil : block }
            result.content.removeAll { block in
                if case .toolResult = block { false } else { block.holdsNothing }
            }
            return .toolResult(result)
        }
        return copy.content.isEmpty ? nil : copy
    }

    /// Returns this message without the parts at its end that were cut off, or `nil` if no content is left.
    ///
    /// These are reasoning without a signature, and calls whose arguments are text that isn't a complete JSON object.
    public func withoutCutOffParts() -> ChatMessage? { droppingLast(while: \.isCutOff) }

    /// Returns this message without the reasoning at its end, or `nil` if no content is left.
    public func withoutTrailingReasoning() -> ChatMessage? { droppingLast(while: \.isReasoning) }

    /// Returns this message without white space at its end, if it ends with a text.
    public func withoutTrailingWhitespace() -> ChatMessage {
        guard case .text(var block) = content.last else { return self }
        let scalars = block.text.unicodeScalars
        guard let last = scalars.last, last.properties.isWhitespace else { return self }
        let end = scalars.lastIndex { !$0.properties.isWhitespace }.map(scalars.index(after:)) ?? scalars.startIndex
        block.text = String(scalars[..<end])
        var copy = self
        copy.content[content.count - 1] = .text(block)
        return copy
    }

    private func droppingLast(while isDropped: (ContentBlock) -> Bool) -> ChatMessage? {
        guard let last = content.last, isDropped(last) else { return self }
        guard let kept = content.lastIndex(where: { !isDropped($0) }) else { return nil }
        var copy = self
        copy.content.removeSubrange((kept + 1)...)
        return copy
    }

    /// Returns a tool message whose results say that the real ones were lost.
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
    /// Whether this block, or a part of this tool result, has no content for a model.
    fileprivate var holdsNothing: Bool {
        switch self {
        case .text(let block): block.text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
        case .toolResult(let result): result.content.contains(where: \.holdsNothing)
        case .image(let block), .document(let block):
            switch block.source {
            case .base64(_, ""), .url(""), .file(""): true
            default: false
            }
        case .reasoning(let block):
            block.signature == nil && block.text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
        case .redactedReasoning(let block): block.data.isEmpty
        case .other(let value): value == .null || value == .object([:])
        default: false
        }
    }

    fileprivate var isReasoning: Bool {
        switch self {
        case .reasoning, .redactedReasoning: true
        default: false
        }
    }

    /// Whether this block, the last of an incomplete message, was cut off in a way that models refuse.
    fileprivate var isCutOff: Bool {
        switch self {
        // Providers that sign reasoning send the signature last.
        case .reasoning(let block): block.signature ?? "" == ""
        case .toolCall(let call):
            // Arguments arrive as text and are parsed once complete, so text that doesn't parse is incomplete.
            call.arguments.stringValue.map { (try? JSONValue(parsing: $0))?.objectValue == nil } ?? false
        default: false
        }
    }
}
