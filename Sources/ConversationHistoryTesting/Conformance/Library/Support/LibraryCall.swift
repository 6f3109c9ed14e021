import ConversationHistory
import ConversationHistoryLibrary

/// An operation of a library on a conversation's id, with other arguments that fit any conversation.
struct LibraryCall<Library: ConversationLibrary>: Sendable where Library.Message == ChatMessage {
    let name: String

    /// Whether the operation works on a conversation in the trash.
    let worksInTrash: Bool

    /// Performs the operation and returns its result as a text.
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

    /// The operations that throw `notFound` for an unused id.
    static var onConversations: [LibraryCall] {
        [
            LibraryCall("info", worksInTrash: true) { try await $0.info(of: $1) },
            LibraryCall("rename") { try await $0.rename($1, to: "Renamed") },
            LibraryCall("rename to nil") { try await $0.rename($1, to: nil) },
            LibraryCall("setMetadata") { try await $0.setMetadata(["a": 1], of: $1) },
            LibraryCall("setOwner to the scope's owner") { try await $0.setOwner($0.scope.owner, of: $1) },
            LibraryCall("contents", worksInTrash: true) { try await $0.contents(of: $1) },
            LibraryCall("snapshot", worksInTrash: true) { try await $0.snapshot(of: $1) },
            LibraryCall("entries") { try await $0.entries(of: $1, EntryRequest()) },
            LibraryCall("entries from the newest") {
                try await $0.entries(of: $1, EntryRequest(from: .newest, limit: 0, messagesOnly: true))
            },
            LibraryCall("append") { library, id in
                try await library.append([HistoryEntry(.message(.user("intruded")), id: "intruded")], to: id)
            },
            LibraryCall("append without entries") { try await $0.append([], to: $1) },
            LibraryCall("delete") { try await $0.delete($1) },
            LibraryCall("restore", worksInTrash: true) { try await $0.restore($1) },
            LibraryCall("fork") { try await $0.fork($1, after: nil, as: NewConversation(id: "intruded")) },
            LibraryCall("fork after an entry") {
                try await $0.fork($1, after: "e0", as: NewConversation(id: "intruded"))
            },
            LibraryCall("saveArtifact") { try await $0.saveArtifact([1], named: "file", type: nil, in: $1) },
            LibraryCall("artifact") { try await $0.artifact(named: "file", version: nil, in: $1) },
            LibraryCall("artifact with a version") { try await $0.artifact(named: "file", version: 1, in: $1) },
            LibraryCall("artifact with an unknown name") { try await $0.artifact(named: "no", version: nil, in: $1) },
            LibraryCall("artifacts") { try await $0.artifacts(in: $1) },
            LibraryCall("removeArtifact") { try await $0.removeArtifact(named: "file", in: $1) },
            LibraryCall("removeArtifact with an unknown name") { try await $0.removeArtifact(named: "no", in: $1) },
        ]
    }

    /// The operations that return a value, or throw an error other than `notFound`, for an unused id.
    static var others: [LibraryCall] {
        [
            LibraryCall("load") { try await $0.store(for: $1).load() as Any },
            LibraryCall("purge") { try await $0.purge(.conversation($1)) },
            LibraryCall("search") { try await $0.search(SearchRequest("secret", conversation: $1)) },
            LibraryCall("setOwner to another owner") {
                try await $0.setOwner(Owner(user: "mallory", organization: "mallory's"), of: $1)
            },
            LibraryCall("setMetadata to metadata that can't be stored") {
                try await $0.setMetadata(["deep": SampleConversations.nested(JSONValue.maximumDepth + 1)], of: $1)
            },
            LibraryCall("saveArtifact without a name") {
                try await $0.saveArtifact([1], named: "", type: nil, in: $1)
            },
            LibraryCall("fork without a name") { try await $0.fork($1, after: nil, as: NewConversation(id: "")) },
        ]
    }
}
