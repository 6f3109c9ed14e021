package import ConversationHistory
package import ConversationHistoryLibrary
package import DurableFiles
import Testing

/// A library in a temporary directory.
package struct LibraryScene {
    package typealias Library = DirectoryConversationLibrary<ChatMessage>
    package typealias Snapshot = ConversationSnapshot<ChatMessage>

    package let home = TemporaryDirectory()

    package init() {}

    package var path: String { home.path("library") }

    package func library(
        durability: ConversationHistory.Durability = .processCrash,
        calls: any SystemCalls = RealSystemCalls()
    ) -> Library {
        Library(path, durability, HistoryLimits(), .seconds(10), calls)
    }

    /// Creates a conversation with messages.
    @discardableResult
    package func add(_ id: ConversationID, _ texts: String..., owner: Owner? = nil) async throws -> Snapshot {
        let library = library()
        _ = try await library.create(NewConversation(id: id, title: "about \(id)", owner: owner))
        let store = library.store(for: id)
        var snapshot = try #require(try await store.load())
        for text in texts { try snapshot.append(.user(text)) }
        if !texts.isEmpty { try await store.save(snapshot) }
        return snapshot
    }

    /// Lists the conversations through a new library without a cache, sorted by id.
    package func listed(
        trash: ListRequest.Trash = .without,
        calls: any SystemCalls = RealSystemCalls()
    ) async throws -> [ConversationInfo] {
        try await library(calls: calls).list(ListRequest(trash: trash, limit: .max)).conversations.sorted {
            $0.id < $1.id
        }
    }

    /// Returns the names in a directory of the library, without lock files.
    package func names(_ part: String) -> [String] {
        let path = path + "/" + part
        do throws(FileFailure) {
            return try DurableDirectory.open(path: path)?.names().filter { !$0.hasPrefix(".") }.sorted() ?? []
        } catch {
            Issue.record("\(error)")
            return []
        }
    }
}
