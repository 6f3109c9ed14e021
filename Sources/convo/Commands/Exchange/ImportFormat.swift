import ConversationHistory
import ConversationHistoryExchange

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
        // The members of the object itself: what stands anywhere else in it are words.
        let members = FirstMembers(of: bytes.prefix(65536))
        switch members.texts["format"] {
        case "conversation-archive"?: self = .archive
        case "conversation-history"?: self = .history
        default:
            if ["sessionId", "leafUuid", "uuid"].contains(where: members.names.contains) {
                self = .claudeCode
            } else if members.names.contains("messages") {
                // Version 1 of the history file has a version; requests have none.
                self = members.numbers.contains("version") ? .history : .chatCompletions
            } else if members.names.contains("type"), Self.isOnOneLine(bytes) {
                self = .claudeCode
            } else {
                return nil
            }
        }
    }

    /// Whether the first line is a JSON object of its own, as in JSON Lines.
    private static func isOnOneLine(_ bytes: ArraySlice<UInt8>) -> Bool {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        // What is no JSON on its first line is a document of several.
        return (try? JSONValue(parsing: String(decoding: line.prefix(65536), as: UTF8.self)))?.objectValue != nil
    }
}
