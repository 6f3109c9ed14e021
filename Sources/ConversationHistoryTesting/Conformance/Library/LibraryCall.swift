import ConversationHistory
import ConversationHistoryLibrary

/// A verb of a library that is given a conversation's id, with other arguments that hold for any conversation.
struct LibraryCall<Library: ConversationLibrary>: Sendable where Library.Message == ChatMessage {
    let name: String

    /// Whether it does something with a conversation in the trash.
    let worksInTrash: Bool

    /// Calls it, and returns what it returns, as a text.
    let perform: @Sendable (Library, ConversationID) async throws -> String

    private init(
        _ name: String,
        worksInTrash: Bool = false,
        _ perform: @escaping @Sendable (Library, ConversationID) async throws -> Any
    ) {
        self.name = name
        self.worksInTrash = worksInTrash
        self.perform = { String(describing: try await perform($0, $1)) }
    }

    /// Every verb that answers `notFound` for an id that was never used.
    static var onConversations: [LibraryCall] {
        [
            LibraryCall("info", worksInTrash: true) { try await $0.info(of: $1) },
            LibraryCall("rename") { try await $0.rename($1, to: "Renamed") },
            LibraryCall("rename to nothing") { try await $0.rename($1, to: nil) },
            LibraryCall("setMetadata") { try await $0.setMetadata(["a": 1], of: $1) },
            LibraryCall("setOwner to the scope's") { try await $0.setOwner($0.scope.owner, of: $1) },
            LibraryCall("contents", worksInTrash: true) { try await $0.contents(of: $1) },
            LibraryCall("snapshot", worksInTrash: true) { try await $0.snapshot(of: $1) },
            LibraryCall("entries") { try await $0.entries(of: $1, EntryRequest()) },
            LibraryCall("entries from the newest") {
                try await $0.entries(of: $1, EntryRequest(from: .newest, limit: 0, messagesOnly: true))
            },
            LibraryCall("append") { library, id in
                try await library.append([HistoryEntry(.message(.user("intruded")), id: "intruded")], to: id)
            },
            LibraryCall("append of nothing") { try await $0.append([], to: $1) },
            LibraryCall("delete") { try await $0.delete($1) },
            LibraryCall("restore", worksInTrash: true) { try await $0.restore($1) },
            LibraryCall("fork") { try await $0.fork($1, after: nil, as: NewConversation(id: "intruded")) },
            LibraryCall("fork after an entry") {
                try await $0.fork($1, after: "e0", as: NewConversation(id: "intruded"))
            },
            LibraryCall("saveArtifact") { try await $0.saveArtifact([1], named: "file", type: nil, in: $1) },
            LibraryCall("artifact") { try await $0.artifact(named: "file", version: nil, in: $1) },
            LibraryCall("artifact in a version") { try await $0.artifact(named: "file", version: 1, in: $1) },
            LibraryCall("artifact that is not there") { try await $0.artifact(named: "no", version: nil, in: $1) },
            LibraryCall("artifacts") { try await $0.artifacts(in: $1) },
            LibraryCall("removeArtifact") { try await $0.removeArtifact(named: "file", in: $1) },
            LibraryCall("removeArtifact that is not there") { try await $0.removeArtifact(named: "no", in: $1) },
        ]
    }

    /// Every verb that has the same answer for what is not there, without an error or with another one.
    static var others: [LibraryCall] {
        [
            LibraryCall("load") { try await $0.store(for: $1).load() as Any },
            LibraryCall("purge") { try await $0.purge(.conversation($1)) },
            LibraryCall("search") { try await $0.search(SearchRequest("secret", conversation: $1)) },
            LibraryCall("setOwner to another one's") {
                try await $0.setOwner(Owner(user: "mallory", organization: "mallory's"), of: $1)
            },
            LibraryCall("setMetadata that cannot be stored") {
                try await $0.setMetadata(["deep": SampleConversations.nested(JSONValue.maximumDepth + 1)], of: $1)
            },
            LibraryCall("saveArtifact without a name") {
                try await $0.saveArtifact([1], named: "", type: nil, in: $1)
            },
            LibraryCall("fork without a name") { try await $0.fork($1, after: nil, as: NewConversation(id: "")) },
        ]
    }
}
