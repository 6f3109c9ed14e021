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

    /// This message without texts in which there is nothing but white space, and without images and documents without
    /// bytes; `nil` if no content is left.
    ///
    /// The results in it are without such parts too, and may be left empty: a tool need not say anything. Reasoning
    /// stays: some providers give none but its signature, and ask for it back.
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

    /// This message without what was cut off at its end: reasoning without a signature, and calls whose arguments are
    /// the beginning of a text; `nil` if no content is left.
    public func withoutCutOffParts() -> ChatMessage? { droppingLast(while: \.isCutOff) }

    /// This message without the reasoning at its end; `nil` if no content is left.
    public func withoutTrailingReasoning() -> ChatMessage? { droppingLast(while: \.isReasoning) }

    /// This message without white space at the end of its text, if it ends with one.
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
    /// Whether there is nothing in this block that a model could be given, or in a part of this result.
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

    /// Whether this block, the last of an incomplete message, was cut off so that models refuse it.
    fileprivate var isCutOff: Bool {
        switch self {
        // Providers that sign reasoning do so at its end.
        case .reasoning(let block): block.signature ?? "" == ""
        case .toolCall(let call):
            // Arguments come as text that is parsed when it is whole; if it does not parse, it is not.
            call.arguments.stringValue.map { (try? JSONValue(parsing: $0))?.objectValue == nil } ?? false
        default: false
        }
    }
}
