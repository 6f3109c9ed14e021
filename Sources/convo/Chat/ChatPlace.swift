import ConversationHistory
import ConversationHistoryLibrary

/// Where a conversation at the terminal is kept, and where a fork of it goes.
enum ChatPlace: Sendable {
    case file(String)
    case memory
    case library(any ConversationLibrary<ChatMessage>, LibraryLocation, ConversationID)

    /// What it is called in messages.
    var name: String {
        switch self {
        case .file(let path): path
        case .memory: "memory only"
        case .library(_, let location, let id): "\(id.rawValue.cell) in \(location.description.cell)"
        }
    }

    /// What is said of a conversation that begins there.
    var greeting: String {
        guard case .library(_, let location, let id) = self else { return "New conversation, in \(name)." }
        return "New conversation \(id.rawValue.cell), in \(location.description.cell)."
    }

    /// Whether there is no conversation for this user where one of the same id cannot be saved.
    var isOfAnotherOwner: Bool {
        get async {
            guard case .library(let library, _, let id) = self else { return false }
            do throws(HistoryStoreError) {
                _ = try await library.info(of: id)
                return false
            } catch { return error.code == .notFound && error.systemCall == nil }
        }
    }

    /// Loads a conversation from a library, or begins it; nothing is written yet.
    static func conversation(
        _ id: ConversationID,
        in library: some ConversationLibrary<ChatMessage>,
        _ policy: ConversationPolicy,
        _ context: ContextPolicy<ChatMessage>
    ) async throws -> Conversation<ChatMessage> {
        try await library.about(id) {
            try await Conversation(restoring: library.store(for: id), policy: policy, context: context)
        }
    }

    /// Makes a fork of a conversation that is kept here.
    ///
    /// - Parameter name: A new file, or the new id in the library, where one is made up unless given.
    @MainActor
    func fork(
        _ conversation: Conversation<ChatMessage>,
        to name: String?
    ) async throws -> (conversation: Conversation<ChatMessage>, place: ChatPlace) {
        guard case .library(let library, let location, let id) = self else {
            guard let path = name else { throw SlashCommandError("/fork needs the name of a new file.") }
            // A line is read with replacement characters, so that different names would become the same.
            guard !path.unicodeScalars.contains("\u{FFFD}") else {
                throw SlashCommandError("The name of the new file is not valid UTF-8.")
            }
            guard !ConnectionText.isLikely(path) else {
                throw SlashCommandError("The name of the new file looks like the connection of a database.")
            }
            return (try await conversation.fork(into: JSONFileHistoryStore(path: path)), .file(path))
        }
        let new = NewConversation(id: name.map { ConversationID($0) } ?? .unique())
        // The library forks what it has: what could not be saved before must be there.
        try await conversation.save()
        _ = try await library.fork(id, after: nil, as: new)
        let fork = try await Self.conversation(new.id, in: library, conversation.policy, conversation.contextPolicy)
        return (fork, .library(library, location, new.id))
    }
}
