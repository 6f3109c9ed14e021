import ConversationHistory
import Foundation

/// `convo chat`: talks with a model, and keeps what is said.
struct ChatCommand: Command {
    static let name = "chat"
    static let group = CommandGroup.talking
    static let abstract = "Talk with a model; go on where you were the next time"
    static let options = ChatOptions.declared
    static let help = (
        introduction: """
        Talks with a model, and keeps everything that is said in a file or a library: the next time it goes on from
        there.
        """,
        notes: """
        Type a line to say something, /help for the commands. From a pipe, each line is a prompt. Answers go to
        standard output, everything else to standard error.

        Without --endpoint, a model answers that is built in and knows little, but needs no network. The servers of
        --endpoint are sent OPENAI_API_KEY if it is set; it is stored nowhere.

        Ctrl-C cuts an answer off and keeps what has come; at the prompt it ends, as Ctrl-D does.

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
            let place = ChatPlace.file(path)
            return try await talk(conversation, in: place, recovery: await store.recovery, terminal)
        case .memory:
            return try await talk(try await restored(from: InMemoryHistoryStore()), in: .memory, terminal)
        case .library(let library, let id):
            return try await LibraryOpening.withLibrary(library, .creating) { opened in
                let place = ChatPlace.library(opened, library.location, id)
                let conversation = try await ChatPlace.conversation(id, in: opened, policy, options.context)
                return try await talk(conversation, in: place, terminal)
            }
        }
    }

    /// Each message is saved as it comes, and one under way once a second: whatever ends the program, no more is lost
    /// than the last second.
    private var policy: ConversationPolicy { ConversationPolicy(saves: .eachMessage, checkpointInterval: .seconds(1)) }

    private func restored(from store: some HistoryStore<ChatMessage>) async throws -> Conversation<ChatMessage> {
        try await Conversation(restoring: store, policy: policy, context: options.context)
    }

    @MainActor
    private func talk(
        _ conversation: Conversation<ChatMessage>,
        in place: ChatPlace,
        recovery: HistoryRecovery? = nil,
        _ terminal: Terminal
    ) async throws -> ExitCode {
        let console = Console()
        let signals = Signals { [weak console] in console?.receive($0) }
        defer { withExtendedLifetime(signals) {} }
        let session = ChatSession(
            conversation,
            place: place,
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
        switch options.answerer {
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
            terminal.notice("The conversation has begun already: --system was left out.")
        }
    }
}
