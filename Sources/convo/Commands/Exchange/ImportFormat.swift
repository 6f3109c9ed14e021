import ConversationHistory

/// What a file to be imported holds.
enum ImportFormat: String, CaseIterable {
    /// What `convo export` writes.
    case archive

    /// A history file, such as `convo chat --store` keeps.
    case history

    /// Messages of chat-completion requests.
    case chatCompletions = "chat-completions"

    /// A session of Claude Code.
    case claudeCode = "claude-code"

    /// Guesses the format from how a file begins.
    ///
    /// A guess that is wrong does no harm: each reader refuses what is not its own.
    init?(beginning: [UInt8]) {
        let bytes = beginning.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        if bytes.first == UInt8(ascii: "[") {
            self = .chatCompletions
            return
        }
        guard bytes.first == UInt8(ascii: "{") else { return nil }
        // Some write a whole document on a line, some cut it anywhere; a line of its own is a line of JSON Lines.
        let text = String(decoding: bytes.prefix(65536), as: UTF8.self)
        let start = text.prefix(1000)
        let line = text.prefix { !$0.isNewline }
        // What is no JSON on its first line is a document of several.
        let first = (try? JSONValue(parsing: String(line)))?.objectValue
        if start.contains("\"conversation-archive\"") {
            self = .archive
        } else if start.contains("\"conversation-history\"") {
            self = .history
        } else if let first, first["sessionId"] != nil || first["leafUuid"] != nil || first["uuid"] != nil {
            self = .claudeCode
        } else if first?["type"] != nil, first?["messages"] == nil {
            self = .claudeCode
        } else if text.contains("\"messages\"") {
            // Version 1 of the history file has a version; requests have none.
            self = text.firstMatch(of: #/"version"\s*:\s*[0-9]/#) == nil ? .chatCompletions : .history
        } else {
            return nil
        }
    }
}
