import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

#if PostgreSQL
import ConversationHistoryPostgres
#endif
#if SQLite
import ConversationHistorySQLite
#endif

/// A library of each kind that is built, and for which there is a server if it needs one.
enum LibraryKind: String, CaseIterable, CustomTestStringConvertible {
    case memory, directory
    #if SQLite
    case sqlite
    #endif
    #if PostgreSQL
    case postgresql
    #endif

    static var allCases: [LibraryKind] {
        var kinds: [LibraryKind] = [.memory, .directory]
        #if SQLite
        kinds.append(.sqlite)
        #endif
        #if PostgreSQL
        if PostgresServer.isAvailable { kinds.append(.postgresql) }
        #endif
        return kinds
    }

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
        #if PostgreSQL
        case .postgresql: try await openPostgres(home.path("data"))
        #endif
        }
    }

    /// Opens the backup of a library that was put into a directory: a library of the same kind, or a directory's.
    func openBackup(in home: TemporaryDirectory) async throws -> any ConversationLibrary<ChatMessage> {
        try await backsUpToDirectory ? LibraryKind.directory.open(in: home) : open(in: home)
    }

    /// The name in a directory that a backup is given, so that it can be opened there.
    var nameOfBackup: String { backsUpToDirectory ? "data" : "data.sqlite" }

    private var backsUpToDirectory: Bool {
        #if SQLite
        return self != .sqlite
        #else
        return true
        #endif
    }

    #if PostgreSQL
    /// Opens the library in the schema for a path.
    private func openPostgres(_ path: String) async throws -> PostgresConversationLibrary<ChatMessage> {
        var configuration = PostgresConfiguration(url: try PostgresServer.sharedURL())
        // A name of a schema has at most 63 bytes; the end is what differs.
        configuration.schema = String(path.suffix(60))
        configuration.poolSize = 2
        // Where many tests share few processors, a connection may be long in coming.
        configuration.acquireTimeout = .seconds(120)
        configuration.durability = .processCrash
        return try await PostgresConversationLibrary(configuration)
    }
    #endif
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
