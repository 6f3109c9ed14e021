import ConversationHistory
import Foundation
import TestSupport
import Testing

/// Many sessions of the built command, each with many prompts.
///
/// The optimizer has broken what the command does between two prompts before: sessions ended by a signal at random.
/// So the number of sessions counts where the command is built for release, as it is beside tests that are. A debug
/// build only shows that the test itself is right, with a few.
@Suite struct ChatSessionTests {
    #if DEBUG
    private static let sessions = 6
    #else
    private static let sessions = 100
    #endif

    private static let prompts = 20

    /// How the command is given its prompts.
    enum Input: CaseIterable {
        /// All at once.
        case pipe

        /// Each when the command asks for it.
        case terminal
    }

    @Test(arguments: Input.allCases) func everyPromptOfManySessionsIsAnswered(from input: Input) async throws {
        let directory = TemporaryDirectory()
        var (succeeded, answered, stored) = (0, 0, 0)
        for session in 0..<Self.sessions {
            let path = directory.path("\(session).json")
            let isStored = session.isMultiple(of: 2)
            let arguments = isStored ? ["chat", "--store", path] : ["chat", "--ephemeral"]
            let prompts = (0..<Self.prompts).map { $0.isMultiple(of: 2) ? "\(session)+\($0)" : "hello \($0)" }
            let answers = (0..<Self.prompts).map {
                $0.isMultiple(of: 2) ? "\(session)+\($0) = \(session + $0)" : "You said: \"hello \($0)\" Before that"
            }
            let run = try await answer(prompts, from: input, arguments)
            let lines = run.output.split(separator: "\n")
            let matching = zip(lines, answers).count { $0.hasPrefix($1) }
            #expect(lines.count == answers.count && run.code == 0, "session \(session): \(run.errors.prefix(500))")
            succeeded += run.code == 0 ? 1 : 0
            answered += matching
            guard isStored else { continue }
            let snapshot = try await JSONFileHistoryStore(path: path).load()
            stored += snapshot?.turns.count { $0.outcome == .completed } ?? 0
        }
        #expect(succeeded == Self.sessions)
        #expect(answered == Self.sessions * Self.prompts)
        #expect(stored == (Self.sessions + 1) / 2 * Self.prompts)
    }

    private func answer(
        _ prompts: [String],
        from input: Input,
        _ arguments: [String]
    ) async throws -> (output: String, errors: String, code: Int32) {
        switch input {
        case .pipe:
            return try await ConvoProcess.run(arguments, input: prompts.map { $0 + "\n" }.joined())
        case .terminal:
            let terminal = try PseudoTerminal(columns: 80)
            let process = try ConvoProcess(arguments, environment: ["NO_COLOR": "1"], terminal: terminal.screen)
            for (number, line) in (prompts.map { $0 + "\n" } + ["\u{4}"]).enumerated() {
                try await process.wait { terminal.shown.count(of: "> ") > number || !$0.isRunning }
                guard process.isRunning else { break }
                try terminal.type(line)
            }
            try await process.wait {
                _ = terminal.shown
                return !$0.isRunning
            }
            return (terminal.text().replacing("> ", with: ""), process.errors, try await process.exitCode())
        }
    }
}

extension String {
    fileprivate func count(of text: String) -> Int { ranges(of: text).count }
}
