import ConversationHistory

extension ChatSession {
    /// Runs a slash command.
    func perform(_ command: SlashCommand) async throws {
        let snapshot = conversation.snapshot
        switch command {
        case .quit: break
        case .help: terminal.write(SlashCommand.list(for: location) + "\n")
        case .history: terminal.write(HistoryListing.text(of: snapshot))
        case .pin(nil):
            let ids = try lastExchange(of: snapshot)
            for id in ids { try await conversation.pin(id) }
            terminal.notice("Pinned the last exchange (\(count(ids.count, "message"))).")
        case .pin(let number?):
            try await conversation.pin(try entry(number, of: snapshot))
            terminal.notice("Pinned entry \(number).")
        case .unpin(let number):
            try await conversation.unpin(try entry(number, of: snapshot))
            terminal.notice("Unpinned entry \(number).")
        case .rewind(let turns): try await rewind(turns, of: snapshot)
        case .fork(let name):
            (conversation, location) = try await location.fork(conversation, to: name)
            terminal.notice("Continuing in \(location.name), with \(count(conversation.messages.count, "message")).")
        case .title(nil): terminal.write((snapshot.title ?? "The conversation has no title.") + "\n")
        case .title(let title?):
            try await conversation.setTitle(title)
            terminal.notice("The title is \"\(title)\".")
        }
    }

    /// Prints a notice about the new or restored conversation.
    func greet(recovery: HistoryRecovery?) {
        let snapshot = conversation.snapshot
        if snapshot.entries.isEmpty {
            terminal.notice(location.greeting)
        } else {
            let title = snapshot.title.map { " of \"\($0)\"" } ?? ""
            terminal.notice("Restored \(count(snapshot.messages.count, "message"))\(title) from \(location.name).")
        }
        if recovery != nil {
            terminal.notice("The last save was interrupted when the program ended. All earlier saves are restored.")
        }
        if snapshot.turns.last?.outcome == .interrupted {
            terminal.notice(
                "The last turn was interrupted when the program ended. The part that was saved is restored."
            )
        }
        if terminal.isInteractive { terminal.notice("Type /help for a list of commands.") }
    }

    /// Returns the messages of the last turn, or the last message if there are no turns.
    private func lastExchange(of snapshot: ConversationSnapshot<ChatMessage>) throws -> [EntryID] {
        let range =
            snapshot.turns.last?.entries ?? (snapshot.entries.indices.suffix(1).startIndex..<snapshot.entries.count)
        let entries = snapshot.entries[range.clamped(to: snapshot.entries.indices)].filter { $0.message != nil }
        guard !entries.isEmpty else { throw SlashCommandError("There is nothing to pin yet.") }
        return entries.map(\.id)
    }

    private func entry(_ number: Int, of snapshot: ConversationSnapshot<ChatMessage>) throws -> EntryID {
        guard number <= snapshot.entries.count else {
            throw SlashCommandError("There is no entry \(number). /history lists the entries.")
        }
        return snapshot.entries[number - 1].id
    }

    private func rewind(_ turns: Int, of snapshot: ConversationSnapshot<ChatMessage>) async throws {
        guard turns <= snapshot.turns.count else {
            throw SlashCommandError("There are only \(count(snapshot.turns.count, "turn")) to rewind.")
        }
        try await conversation.rewind(toBefore: snapshot.turns[snapshot.turns.count - turns].id)
        terminal.notice("Rewound \(count(turns, "turn")); \(count(conversation.messages.count, "message")) left.")
    }

    private func count(_ number: Int, _ noun: String) -> String { Count.of(number, noun) }
}
