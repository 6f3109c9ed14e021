import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory

/// One history file in a directory of its own.
struct HistoryFile {
    typealias Snapshot = ConversationSnapshot<ChatMessage>
    typealias Store = JSONFileHistoryStore<ChatMessage>

    let directory = TemporaryDirectory()
    var name = "chat.json"

    var path: String { directory.path(name) }

    /// The names of the file and of the lock beside it, which is all that may ever stay in the directory.
    var ownNames: Set<String> { [name, ".\(name).conversation-history.lock"] }

    /// The content; empty if there is no file.
    var content: [UInt8] { directory.read(name) ?? [] }

    func store(
        style: SnapshotStyle = .lines,
        durability: ConversationHistory.Durability = .processCrash,
        limits: HistoryLimits = HistoryLimits(),
        lockTimeout: Duration = .seconds(10),
        calls: any SystemCalls = RealSystemCalls()
    ) -> Store {
        Store(path, style, durability, limits, lockTimeout, calls)
    }

    /// Puts content in place, as a crash or another program would leave it.
    func put(_ bytes: [UInt8]) { directory.write(name, bytes) }

    /// What a store that knows nothing of the file loads.
    func loaded() async throws -> Snapshot? { try await store().load() }

    /// Checks that the file as a whole is JSON, and that nothing else is left in the directory.
    func expectSound(_ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(throws: Never.self, comment, sourceLocation: sourceLocation) { try JSONValue(parsing: content) }
        #expect(ownNames.isSuperset(of: directory.names()), comment, sourceLocation: sourceLocation)
    }
}
