import ConversationHistory
import Foundation
import TestSupport
import Testing

@testable import convo

/// What is left when an answer is cut off: by the user, by the system, by the end of a pipe.
@Suite struct InterruptionTests {
    private let directory = TemporaryDirectory()

    private var path: String { directory.path("chat.json") }

    private func stored() async throws -> ConversationSnapshot<ChatMessage> {
        try #require(try await JSONFileHistoryStore(path: path).load())
    }

    /// Starts the command and waits until it is in the middle of an answer.
    private func started() async throws -> ConvoProcess {
        // So slow that even a machine with much else to do cuts it off long before its end.
        let process = try ConvoProcess(["chat", "--store", path, "--pace", "15000"])
        process.type("hello\n")
        try await process.wait { $0.output.hasPrefix("You said:") }
        return process
    }

    /// Checks that the first answer is there as far as it was shown, and marked.
    private func expectCutOff(_ snapshot: ConversationSnapshot<ChatMessage>, as outcome: Turn.Outcome) {
        #expect(snapshot.turns.first?.outcome == outcome)
        #expect(snapshot.entries[0].message == .user("hello"))
        #expect(snapshot.entries[1].isIncomplete)
        let text = snapshot.entries[1].message?.text ?? ""
        #expect(text.hasPrefix("You said:"))
        #expect(!text.contains("--endpoint"))
    }

    @Test func controlCKeepsWhatHasComeAndGoesOn() async throws {
        let process = try await started()
        process.send(SIGINT)
        try await process.wait { $0.errors.contains("(Stopped. The part that arrived is saved.)") }
        process.type("2+2\n")
        process.endInput()
        #expect(try await process.exitCode() == 0)
        #expect(process.output.hasSuffix("\n2+2 = 4\n"))
        let snapshot = try await stored()
        expectCutOff(snapshot, as: .cancelled)
        #expect(snapshot.turns.map(\.outcome) == [.cancelled, .completed])
    }

    @Test func controlCAtThePromptEnds() async throws {
        let process = try ConvoProcess(["chat", "--store", path])
        process.type("2+2\n")
        try await process.wait { $0.output == "2+2 = 4\n" }
        // The turn is saved after its answer is shown.
        for _ in 0..<6_000 where try await stored().turns.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        // More than once, as the first may come right before the prompt, and would then belong to the answer.
        try await process.wait { process in
            process.send(SIGINT)
            return !process.isRunning
        }
        #expect(try await process.exitCode() == 0)
        #expect(try await stored().turns.map(\.outcome) == [.completed])
    }

    @Test(arguments: [SIGTERM, SIGHUP])
    func aRequestToEndSavesAndEnds(_ signal: Int32) async throws {
        let process = try await started()
        process.type("never answered\n")
        process.send(signal)
        #expect(try await process.exitCode() == 0)
        let snapshot = try await stored()
        expectCutOff(snapshot, as: .cancelled)
        #expect(snapshot.turns.count == 1)
    }

    @Test func whatWasStreamedSurvivesBeingKilled() async throws {
        let process = try await started()
        // A checkpoint has been written when the file shows a part of the answer.
        try await process.wait { _ in
            let text = String(decoding: directory.read("chat.json") ?? [], as: UTF8.self)
            return text.contains("You said:")
        }
        process.send(SIGKILL)
        #expect(try await process.exitCode() == -SIGKILL)
        let next = try await ConvoProcess.run(["chat", "--store", path], input: "2+2\n/history\n")
        #expect(next.code == 0)
        #expect(next.errors.contains("Restored 2 messages"))
        let notice = "The last turn was interrupted when the program ended. The part that was saved is restored."
        #expect(next.errors.contains(notice))
        #expect(next.output.contains("2+2 = 4\n"))
        #expect(next.output.contains("(incomplete)\n   (turn interrupted)\n"))
        let snapshot = try await stored()
        expectCutOff(snapshot, as: .interrupted)
        #expect(snapshot.turns.map(\.outcome) == [.interrupted, .completed])
    }

    @Test func aClosedPipeLosesNothing() async throws {
        let script = "echo hello | \"$0\" chat --store \"$1\" --pace 5 | head -c 3"
        let run = try await ConvoProcess.runShell(script, path)
        #expect(run.output == "You")
        #expect(run.errors.contains("Standard output was closed. The conversation up to that point is saved."))
        let snapshot = try await stored()
        #expect(snapshot.turns.map(\.outcome) == [.completed])
        #expect(snapshot.messages.last?.text.hasSuffix("--endpoint and --model.") == true)
    }

    @Test func aSaveThatFailsIsTold() async throws {
        let process = try await started()
        // Someone else replaces the file, which no save may undo.
        let other = ConversationSnapshot(messages: [ChatMessage.user("other")])
        try await JSONFileHistoryStore(path: path).overwrite(with: other)
        process.send(SIGINT)
        process.endInput()
        #expect(try await process.exitCode() == 1)
        #expect(process.errors.contains("Another program has changed the conversation"))
        #expect(try await stored().messages.map(\.text) == ["other"])
    }
}
