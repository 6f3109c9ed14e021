import ConversationHistory
import TestSupport
import Testing

#if SQLite
import ConversationHistorySQLite
#endif

/// A library of each kind that is built.
enum LibraryKind: String, CaseIterable, CustomTestStringConvertible {
    case memory, directory
    #if SQLite
    case sqlite
    #endif

    /// Those that outlive a process.
    static var lasting: [LibraryKind] { allCases.filter { $0 != .memory } }

    var testDescription: String { rawValue }

    /// Opens the library of a directory; another call opens it anew, unless it is in memory.
    func open(in home: TemporaryDirectory) async throws -> any ConversationLibrary<ChatMessage> {
        switch self {
        case .memory: InMemoryConversationLibrary()
        case .directory: DirectoryConversationLibrary(path: home.path("data"), durability: .processCrash)
        #if SQLite
        case .sqlite:
            try await SQLiteConversationLibrary(path: home.path("data.sqlite"), durability: .processCrash)
        #endif
        }
    }
}

extension ConversationLibrary where Message == ChatMessage {
    /// Opens the conversation of an id.
    func conversation(
        _ id: ConversationID,
        context: ContextPolicy<ChatMessage> = .everything
    ) async throws -> Conversation<ChatMessage> {
        try await Conversation(restoring: store(for: id), context: context)
    }

    /// What the messages of a conversation say.
    func texts(of id: ConversationID) async throws -> [String] {
        var texts: [String] = []
        for try await entry in history(of: id, messagesOnly: true) { texts.append(entry.message?.text ?? "") }
        return texts
    }
}
