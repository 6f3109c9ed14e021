import ConversationHistory

/// A conversation between the user at the terminal and a model.
@MainActor
final class ChatSession {
    let terminal: Terminal
    private let console: Console
    private let model: any LanguageModel
    private let makeTools: (Conversation<ChatMessage>) -> [any Tool]

    /// The conversation, which a fork exchanges for another.
    var conversation: Conversation<ChatMessage>

    /// Where the conversation is kept.
    var place: ChatPlace

    /// Whether anything that the user asked for could not be done.
    private(set) var hasFailed = false

    private var hasUnsavedChanges = false

    /// Whether the conversation was stored before, or is now.
    private var isStored: Bool

    init(
        _ conversation: Conversation<ChatMessage>,
        place: ChatPlace,
        model: any LanguageModel,
        terminal: Terminal,
        console: Console,
        makeTools: @escaping (Conversation<ChatMessage>) -> [any Tool]
    ) {
        self.conversation = conversation
        isStored = !conversation.snapshot.entries.isEmpty
        self.place = place
        self.model = model
        self.terminal = terminal
        self.console = console
        self.makeTools = makeTools
    }

    /// Answers the user's lines until there are no more.
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

    /// Runs a turn with a line of the user.
    private func answer(_ line: String) async throws {
        let terminal = terminal
        let loop = AgentLoop(model: model, tools: makeTools(conversation)) { event in
            switch event {
            case .text(let text): terminal.write(text)
            case .call(let call, let result):
                let text = "\(call.name) \(call.arguments)".shortened(to: 100)
                terminal.notice("[\(text)\(result.isError ? " failed" : "")]")
            case .lengthLimit: terminal.notice("(The answer has reached the server's limit of length.)")
            case .cutOff("content_filter"): terminal.notice("(The server's content filter has cut the answer off.)")
            case .cutOff(let reason):
                terminal.notice("(The server has cut the answer off: \(reason.cell.fitted(to: 40)).)")
            }
        }
        do {
            try await console.run { [conversation] in
                try await conversation.turn(line) { turn in try await loop.run(turn) }
            }
            (hasUnsavedChanges, isStored) = (false, true)
        } catch is CancellationError {
            (hasUnsavedChanges, isStored) = (false, true)
            terminal.notice("(Cut off; what has come is kept.)")
        }
        terminal.endLine()
    }

    /// Does something that is saved at its end; a save that fails leaves the change in memory.
    private func change(_ body: () async throws -> Void) async throws {
        do { try await body() } catch let error as HistoryStoreError {
            hasUnsavedChanges = true
            throw error
        }
    }

    private func fail(_ error: any Error) async {
        hasFailed = true
        // What else a turn throws comes before anything was changed, or after everything was saved.
        if error is UnsavedTurnError<Void> || error is UncertainTurnError { hasUnsavedChanges = true }
        if let error = error as? UnsavedTurnError<Void>, case .failure(let reason) = error.outcome,
            !(reason is CancellationError), !(reason is HistoryStoreError)
        {
            terminal.error(Explanation.of(reason))
        }
        terminal.error(await explanation(of: error))
    }

    /// Explains an error; of a new conversation, a conflict may mean that another owner has its id.
    private func explanation(of error: any Error) async -> String {
        let cause = (error as? UnsavedTurnError<Void>)?.cause ?? error
        guard !isStored, (cause as? HistoryStoreError)?.code == .conflict, await place.isOfAnotherOwner else {
            return Explanation.of(error)
        }
        return "The id of the conversation is taken; name another one by --conversation. Nothing was saved."
    }

    /// Tries once more to save what could not be saved, and chooses the exit code.
    private func end() async -> ExitCode {
        if hasUnsavedChanges {
            do { try await conversation.save() } catch {
                terminal.error("Ending with unsaved changes. \(await explanation(of: error))")
                return .failure
            }
        }
        if let failure = terminal.failure {
            // Not every line was answered. Another failure than that of a reader who has gone is reported at the end.
            if failure.isClosedPipe {
                terminal.error("Standard output was closed; what was said until then is kept.")
            }
            return .failure
        }
        // At a terminal the user has seen what failed, and has gone on.
        return hasFailed && !terminal.isInteractive ? .failure : .success
    }
}
