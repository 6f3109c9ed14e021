package import ConversationHistory
package import ConversationHistoryLibrary

/// The content of a library, except for values that it chooses itself, such as dates.
package struct LibraryState: Equatable, Sendable, CustomStringConvertible {
    /// A contradiction between two results of a library.
    package struct Disagreement: Error, CustomStringConvertible {
        package let description: String
    }

    /// One conversation; in the trash, only the listed values are known.
    package struct Conversation: Equatable, Sendable {
        var title: String?
        var isDeleted: Bool
        var entryCount: Int
        var history: [UInt8] = []
        var artifacts: [String: [[UInt8]]] = [:]
    }

    private var conversations: [ConversationID: Conversation] = [:]

    /// The ids of the conversations outside the trash, sorted.
    package var liveIDs: [ConversationID] {
        conversations.filter { !$0.value.isDeleted }.keys.sorted()
    }

    /// The conversations and their sizes, short enough for a test report.
    package var description: String {
        conversations.sorted { $0.key < $1.key }.map { id, conversation in
            "\(id)\(conversation.isDeleted ? " (deleted)" : ""): \(conversation.title ?? "-"), "
                + "\(conversation.entryCount) entries, "
                + "artifacts \(conversation.artifacts.mapValues { $0.map(\.count) }.sorted { $0.key < $1.key })"
        }.joined(separator: "; ")
    }

    /// Reads everything, and checks that lists, histories and the search agree.
    ///
    /// - Throws: ``Disagreement``, or an error of the library.
    package init(of library: some ConversationLibrary<ChatMessage>) async throws {
        let live = try await library.list(ListRequest(limit: .max)).conversations
        let deleted = try await library.list(ListRequest(trash: .only, limit: .max)).conversations
        var searched: Set<String> = []
        for info in live {
            let store = library.store(for: info.id)
            guard var snapshot = try await store.load() else {
                throw Disagreement(description: "\(info.id) is listed and not there.")
            }
            guard snapshot.messages.count == info.messageCount, snapshot.entries.count == info.entryCount,
                snapshot.title == info.title, try await library.info(of: info.id) == info
            else { throw Disagreement(description: "\(info.id) is listed as something else than it is.") }
            for entry in snapshot.entries { searched.insert("\(info.id)/\(entry.id)") }
            snapshot.created = nil
            snapshot.updated = nil
            var conversation = Conversation(title: info.title, isDeleted: false, entryCount: info.entryCount)
            conversation.history = try snapshot.encoded()
            for artifact in try await library.artifacts(in: info.id) {
                for version in 1...artifact.version {
                    let data = try await library.artifact(named: artifact.name, version: version, in: info.id).data
                    conversation.artifacts[artifact.name, default: []].append(data)
                }
            }
            conversations[info.id] = conversation
        }
        for info in deleted {
            guard conversations[info.id] == nil, info.deleted != nil else {
                throw Disagreement(description: "\(info.id) is listed twice.")
            }
            conversations[info.id] = Conversation(title: info.title, isDeleted: true, entryCount: info.entryCount)
        }
        let hits = try await library.search(SearchRequest(LibraryWork<InMemoryConversationLibrary>.word, limit: .max))
        guard Set(hits.map { "\($0.conversation)/\($0.entry)" }) == searched, hits.count == searched.count else {
            throw Disagreement(description: "The search finds \(hits.count) entries, and there are \(searched.count).")
        }
    }
}
