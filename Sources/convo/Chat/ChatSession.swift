import ConversationHistory

/// A conversation between the user at the terminal and a model.
@MainActor
final class ChatSession {
    let terminal: Terminal
    private let console: Console
    private let model: any LanguageModel
    private let makeTools: (Conversation<ChatMessage>) -> [any Tool]

    /// The current conversation; `/fork` replaces it.
    var conversation: Conversation<ChatMessage>

    /// The storage location of the conversation.
    var location: ChatLocation

    /// Whether a turn or a command has failed.
    private(set) var hasFailed = false

    private var hasUnsavedChanges = false

    /// Whether the conversation has been stored.
    private var isStored: Bool

    init(
        _ conversation: Conversation<ChatMessage>,
        location: ChatLocation,
        model: any LanguageModel,
        terminal: Terminal,
        console: Console,
        makeTools: @escaping (Conversation<ChatMessage>) -> [any Tool]
    ) {
        self.conversation = conversation
        isStored = !conversation.snapshot.entries.isEmpty
        self.location = location
        self.model = model
        self.terminal = terminal
        self.console = console
        self.makeTools = makeTools
    }

    /// Answers the user's lines until the input ends.
    func run() async -> ExitCode {
        loop: while !terminal.isClosed {
            terminal.prompt()
            guard case .line(let line) = await console.next() else {
                if terminal.isInteractive { terminal.write("\n") }
                break
            }
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            do {
                switch try SlashCommand(line) {
                case .quit?: break loop
                case let command?: try await change { try await perform(command) }
                case nil: try await answer(line)
                }
            } catch { await fail(error) }
        }
        return await end()
    }

    /// Runs a turn with a line from the user.
    private func answer(_ line: String) async throws {
        let terminal = terminal
        let loop = AgentLoop(model: model, tools: makeTools(conversation)) { event in
            switch event {
            case .text(let text): terminal.write(text)
            case .call(let call, let result):
                let text = "\(call.name) \(call.arguments)".shortened(to: 100)
                terminal.notice("[\(text)\(result.isError ? " failed" : "")]")
            case .lengthLimit: terminal.notice("(The answer reached the server's length limit.)")
            case .cutOff("content_filter"): terminal.notice("(The server's content filter cut off the answer.)")
            case .cutOff(let reason):
                terminal.notice("(The server cut off the answer: \(reason.cell.fitted(to: 40)).)")
            }
        }
        do {
            try await console.run { [conversation] in
                try await conversation.turn(line) { turn in try await loop.run(turn) }
            }
            (hasUnsavedChanges, isStored) = (false, true)
        } catch is CancellationError {
            (hasUnsavedChanges, isStored) = (false, true)
            terminal.notice("(Stopped. The part that arrived is saved.)")
        }
        terminal.endLine()
    }

    /// Runs a body that ends with a save.
    ///
    /// If the save fails, the change stays in memory.
    private func change(_ body: () async throws -> Void) async throws {
        do { try await body() } catch let error as HistoryStoreError {
            hasUnsavedChanges = true
            throw error
        }
    }

    private func fail(_ error: any Error) async {
        hasFailed = true
        // Any other error of a turn comes before the first change or after the last save.
        if error is UnsavedTurnError<Void> || error is UncertainTurnError { hasUnsavedChanges = true }
        if let error = error as? UnsavedTurnError<Void>, case .failure(let reason) = error.outcome,
            !(reason is CancellationError), !(reason is HistoryStoreError)
        {
            terminal.error(Explanation.of(reason))
        }
        terminal.error(await explanation(of: error))
    }

    /// Explains an error.
    ///
    /// A conflict in a new conversation can mean that another owner's conversation has the same id.
    private func explanation(of error: any Error) async -> String {
        let cause = (error as? UnsavedTurnError<Void>)?.cause ?? error
        guard !isStored, (cause as? HistoryStoreError)?.code == .conflict, await location.belongsToAnotherOwner else {
            return Explanation.of(error)
        }
        return "The conversation's id is taken. Choose another one with --conversation. Nothing was saved."
    }

    /// Retries a failed save, and returns the exit code.
    private func end() async -> ExitCode {
        if hasUnsavedChanges {
            do { try await conversation.save() } catch {
                terminal.error("Quitting with unsaved changes. \(await explanation(of: error))")
                return .failure
            }
        }
        if let failure = terminal.failure {
            // Some lines may be unanswered, so this is a failure. `Convo` reports failures other than a closed pipe.
            if failure.isClosedPipe {
                terminal.error("Standard output was closed. The conversation up to that point is saved.")
            }
            return .failure
        }
        // At a terminal, the user has seen the errors and continued.
        return hasFailed && !terminal.isInteractive ? .failure : .success
    }
}
