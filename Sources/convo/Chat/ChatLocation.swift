import ConversationHistory
import ConversationHistoryLibrary

/// The storage location of a conversation and of its forks.
enum ChatLocation: Sendable {
    case file(String)
    case memory
    case library(any ConversationLibrary<ChatMessage>, LibraryLocation, ConversationID)

    /// The name in messages to the user.
    var name: String {
        switch self {
        case .file(let path): path
        case .memory: "memory only"
        case .library(_, let location, let id): "\(id.rawValue.cell) in \(location.description.cell)"
        }
    }

    /// Whether the conversation is in a library.
    var isLibrary: Bool { if case .library = self { true } else { false } }

    /// The first notice of a new conversation.
    var greeting: String { isLibrary ? "New conversation \(name)." : "New conversation in \(name)." }

    /// Whether the library shows no conversation with this id to the user.
    ///
    /// After a save has failed with a conflict, the conversation then belongs to another owner.
    var belongsToAnotherOwner: Bool {
        get async {
            guard case .library(let library, _, let id) = self else { return false }
            do throws(HistoryStoreError) {
                _ = try await library.info(of: id)
                return false
            } catch { return error.code == .notFound && error.systemCall == nil }
        }
    }

    /// Loads a conversation from a library, or starts a new one without writing anything.
    static func conversation(
        _ id: ConversationID,
        in library: some ConversationLibrary<ChatMessage>,
        _ policy: ConversationPolicy,
        _ context: ContextPolicy<ChatMessage>
    ) async throws -> Conversation<ChatMessage> {
        try await library.reportingMissing(id) {
            try await Conversation(restoring: library.store(for: id), policy: policy, context: context)
        }
    }

    /// Forks a conversation that is stored here.
    ///
    /// - Parameter name: A new file, or the new id in a library, which defaults to a unique id.
    @MainActor
    func fork(
        _ conversation: Conversation<ChatMessage>,
        to name: String?
    ) async throws -> (conversation: Conversation<ChatMessage>, location: ChatLocation) {
        guard case .library(let library, let location, let id) = self else {
            guard let path = name else { throw SlashCommandError("/fork needs the name of a new file.") }
            // Invalid bytes of a line become replacement characters, so different names could become equal.
            guard !path.unicodeScalars.contains("\u{FFFD}") else {
                throw SlashCommandError("The name of the new file is not valid UTF-8.")
            }
            guard !ConnectionText.isLikely(path) else {
                throw SlashCommandError("The name of the new file looks like a database connection.")
            }
            return (try await conversation.fork(into: JSONFileHistoryStore(path: path)), .file(path))
        }
        let new = NewConversation(id: name.map { ConversationID($0) } ?? .unique())
        // The library forks the stored conversation, so changes that are still unsaved must be saved first.
        try await conversation.save()
        _ = try await library.fork(id, after: nil, as: new)
        let fork = try await Self.conversation(new.id, in: library, conversation.policy, conversation.contextPolicy)
        return (fork, .library(library, location, new.id))
    }
}
