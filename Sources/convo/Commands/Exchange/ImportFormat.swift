import ConversationHistory
import ConversationHistoryExchange

/// The format of a file to import.
enum ImportFormat: String, CaseIterable {
    /// The output of `convo export`.
    case archive

    /// A history file, such as the one of `convo chat --store`.
    case history

    /// Messages of chat-completion requests.
    case chatCompletions = "chat-completions"

    /// A session of Claude Code.
    case claudeCode = "claude-code"

    /// Detects the format from the beginning of a file.
    ///
    /// A wrong guess is harmless, because each reader rejects files in other formats.
    init?(beginning: [UInt8]) {
        let bytes = beginning.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        if bytes.first == UInt8(ascii: "[") {
            self = .chatCompletions
            return
        }
        guard bytes.first == UInt8(ascii: "{") else { return nil }
        // Only the object's own members count; the same words can occur anywhere else in the text.
        let members = FirstMembers(of: bytes.prefix(65536))
        switch members.texts["format"] {
        case "conversation-archive"?: self = .archive
        case "conversation-history"?: self = .history
        default:
            if ["sessionId", "leafUuid", "uuid"].contains(where: members.names.contains) {
                self = .claudeCode
            } else if members.names.contains("messages") {
                // Version 1 of the history file has a version member; requests don't.
                self = members.numbers.contains("version") ? .history : .chatCompletions
            } else if members.names.contains("type"), Self.isOnOneLine(bytes) {
                self = .claudeCode
            } else {
                return nil
            }
        }
    }

    /// Whether the first line is a complete JSON object, as in JSON Lines.
    private static func isOnOneLine(_ bytes: ArraySlice<UInt8>) -> Bool {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        // If the first line doesn't parse, the document spans several lines.
        return (try? JSONValue(parsing: String(decoding: line.prefix(65536), as: UTF8.self)))?.objectValue != nil
    }
}
