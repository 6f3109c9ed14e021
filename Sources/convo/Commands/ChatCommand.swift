import ConversationHistory
import Foundation

/// `convo chat`: chats with a model and saves the conversation.
struct ChatCommand: Command {
    static let name = "chat"
    static let group = CommandGroup.chatting
    static let abstract = "Chat with a model; the next run continues the conversation"
    static let options = ChatOptions.declared
    static let help = (
        introduction: """
        Chats with a model and saves the conversation in a file or a library. The next run continues it.
        """,
        notes: """
        Type a line to send it to the model, or /help for a list of commands. In piped input, each line is a prompt.
        Answers go to standard output, everything else to standard error.

        Without --endpoint, a small built-in model answers, which needs no network. With --endpoint, the environment
        variable OPENAI_API_KEY is sent to the server if it is set. It is never stored.

        Ctrl-C stops an answer and saves the part that has arrived. At the prompt, Ctrl-C and Ctrl-D quit.

        Examples:
          convo chat --store chat.json
          convo chat --library conversations --conversation trip
          echo "What is (1.5 + 2) * 4?" | convo chat --ephemeral
          convo chat --store chat.json --endpoint http://127.0.0.1:11434/v1 --model gemma
        """
    )

    private let options: ChatOptions

    init(_ arguments: ParsedArguments) throws(UsageError) { options = try ChatOptions(arguments) }

    func run(_ terminal: Terminal) async throws -> ExitCode {
        switch options.store {
        case .file(let path):
            let store = JSONFileHistoryStore(path: path)
            let conversation = try await restored(from: store)
            return try await chat(conversation, in: .file(path), recovery: await store.recovery, terminal)
        case .memory:
            return try await chat(try await restored(from: InMemoryHistoryStore()), in: .memory, terminal)
        case .library(let library, let id):
            return try await LibraryOpening.withLibrary(library, .creating) { opened in
                let location = ChatLocation.library(opened, library.location, id)
                let conversation = try await ChatLocation.conversation(id, in: opened, policy, options.context)
                return try await chat(conversation, in: location, terminal)
            }
        }
    }

    /// Saves each message as it arrives, and a streamed message once a second, so a crash loses at most the last second.
    private var policy: ConversationPolicy { ConversationPolicy(saves: .eachMessage, checkpointInterval: .seconds(1)) }

    private func restored(from store: some HistoryStore<ChatMessage>) async throws -> Conversation<ChatMessage> {
        try await Conversation(restoring: store, policy: policy, context: options.context)
    }

    @MainActor
    private func chat(
        _ conversation: Conversation<ChatMessage>,
        in location: ChatLocation,
        recovery: HistoryRecovery? = nil,
        _ terminal: Terminal
    ) async throws -> ExitCode {
        let console = Console()
        let signals = Signals { [weak console] in console?.receive($0) }
        defer { withExtendedLifetime(signals) {} }
        let session = ChatSession(
            conversation,
            location: location,
            model: model,
            terminal: terminal,
            console: console,
            makeTools: makeTools
        )
        session.greet(recovery: recovery)
        try await addInstructions(to: conversation, terminal)
        return await session.run()
    }

    private var model: any LanguageModel {
        switch options.modelSource {
        case .offline(let pace): return OfflineModel(pace: pace)
        case .server(let endpoint, let name, let timeout):
            let key = ProcessInfo.processInfo.environment["OPENAI_API_KEY", default: ""]
                .trimmingCharacters(in: .whitespacesAndNewlines)
            return ChatCompletionsModel(
                endpoint: endpoint,
                model: name,
                key: key.isEmpty ? nil : key,
                timeout: timeout
            )
        }
    }

    private func makeTools(_ conversation: Conversation<ChatMessage>) -> [any Tool] {
        guard options.hasTools else { return [] }
        let time = options.fixedTime
        return [
            ClockTool(now: { time ?? Date() }, timeZone: time == nil ? .current : .gmt),
            CalculatorTool(),
            AddNoteTool(conversation: conversation),
            ListNotesTool(conversation: conversation),
        ]
    }

    private func addInstructions(to conversation: Conversation<ChatMessage>, _ terminal: Terminal) async throws {
        guard let system = options.system, !system.isEmpty else { return }
        let entries = conversation.snapshot.entries
        if entries.isEmpty {
            try await conversation.append(.system(system))
        } else if entries.first?.message != .system(system) {
            terminal.notice("The conversation has already started. --system was ignored.")
        }
    }
}
