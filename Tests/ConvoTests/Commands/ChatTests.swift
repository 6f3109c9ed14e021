import ConversationHistory
import Foundation
import TestSupport
import Testing

@testable import convo

/// The built command with the built-in model, from the arguments to the file.
@Suite struct ChatTests {
    private let directory = TemporaryDirectory()

    private var path: String { directory.path("chat.json") }

    private func stored() async throws -> ConversationSnapshot<ChatMessage> {
        try #require(try await JSONFileHistoryStore(path: path).load())
    }

    @Test func answersWithTools() async throws {
        let lines = "What is (1.5 + 2) * 4?\nnote buy milk\nnote\tcall Ann\nnotes\n1/0\nwhat time is it"
        let run = try await ConvoProcess.run(["chat", "--store", path, "--clock", "1700000000"], input: lines)
        #expect(run.code == 0)
        #expect(
            run.output == """
                (1.5 + 2) * 4 = 14
                Noted. Say "notes" to see all of them.
                Noted. Say "notes" to see all of them.
                1. buy milk
                2. call Ann
                That did not work. It divides by zero.
                It is Tuesday, 2023-11-14 22:13:20 +00:00.

                """
        )
        #expect(run.errors.hasPrefix("New conversation in \(path).\n[calculator {\"expression\":"))
        let snapshot = try await stored()
        #expect(snapshot.turns.map(\.outcome) == Array(repeating: .completed, count: 6))
        #expect(snapshot.turns.allSatisfy { ($0.usage?.inputTokens ?? 0) > 0 && ($0.usage?.outputTokens ?? 0) > 0 })
        #expect(snapshot.entries.compactMap(\.action).map(\.name) == ["note", "note"])
        let first = snapshot.turns[0].entries.map { snapshot.entries[$0] }
        #expect(first.map { $0.message?.role } == [.user, .assistant, .tool, .assistant])
        #expect(first[1].message?.toolCalls.map(\.name) == ["calculator"])
        #expect(first[2].message?.toolResults.map(\.callID) == first[1].message?.toolCallIDs)
        let failed = snapshot.entries.compactMap(\.message).flatMap(\.toolResults).filter(\.isError)
        #expect(failed.count == 1)
    }

    @Test func goesOnWhereItWas() async throws {
        let first = try await ConvoProcess.run(["chat", "--store", path], input: "My name is Ann.\nnote the first\n")
        #expect(first.code == 0)
        let second = try await ConvoProcess.run(["chat", "--store", path], input: "notes\r\nhello\r\n")
        #expect(second.errors.hasPrefix("Restored 6 messages from \(path).\n"))
        #expect(second.output.hasPrefix("1. the first\nYou said: \"hello\" Before that, you said: \"notes\""))
        #expect(try await stored().messages.count == 12)
    }

    @Test func givesInstructionsOnce() async throws {
        for _ in 0..<2 {
            _ = try await ConvoProcess.run(["chat", "--store", path, "--system", "Be brief."], input: "hello\n")
        }
        let other = try await ConvoProcess.run(["chat", "--store", path, "--system", "Be long."], input: "")
        #expect(other.errors.contains("--system was ignored"))
        #expect(try await stored().messages.map(\.role) == [.system, .user, .assistant, .user, .assistant])
    }

    @Test func keepsNothingWhenEphemeral() async throws {
        let run = try await ConvoProcess.run(["chat", "--ephemeral"], input: "note x\nnotes\n")
        #expect(run.code == 0)
        #expect(run.output.hasSuffix("1. x\n"))
        #expect(run.errors.hasPrefix("New conversation in memory only.\n"))
    }

    @Test func doesTheCommands() async throws {
        let fork = directory.path("fork.json")
        let lines = [
            "one", "2+2", "/pin", "/unpin 3", "/pin 1", "/title A talk", "/title", "three", "/rewind", "/fork \(fork)",
            "in the fork", "/quit", "never read",
        ]
        let input = lines.joined(separator: "\n") + "\n"
        let run = try await ConvoProcess.run(["chat", "--store", path], input: input)
        #expect(run.code == 0)
        #expect(run.output.contains("\nA talk\n"))
        let snapshot = try await stored()
        #expect(snapshot.title == "A talk")
        #expect(snapshot.messages.count == 6)
        #expect(Array(snapshot.pinned) == [true, false, false, true, true, true])
        #expect(snapshot.rewound.count == 1)
        let forked = try #require(try await JSONFileHistoryStore(path: fork).load())
        #expect(forked.messages.map(\.text).contains("in the fork"))
        #expect(forked.origin?.conversation == snapshot.id)
        let listing = try await ConvoProcess.run(["chat", "--store", path], input: "/history\n")
        #expect(
            listing.output.hasSuffix(
                """
                3  user: 2+2
                4* assistant: [calls calculator {"expression":"2+2"}]
                5* tool: 4
                6* assistant: 2+2 = 4
                * pinned

                """
            )
        )
    }

    @Test(arguments: [
        ("/nope", "There is no command /nope"), ("/pin 9", "There is no entry 9"), ("/pin", "There is nothing to pin"),
        ("/rewind 2", "There are only 0 turns"), ("/fork", "/fork needs the name of a new file"),
        ("/fork chat.json", "The store already holds a history"),
    ])
    func refusesCommandsInALine(_ line: String, _ message: String) async throws {
        let line = line.replacing("chat.json", with: path)
        directory.write("chat.json", [UInt8](try ConversationSnapshot<ChatMessage>(messages: []).encoded()))
        let run = try await ConvoProcess.run(["chat", "--store", path], input: line + "\n2+2\n")
        #expect(run.code == 1)
        #expect(run.errors.contains("convo: \(message)"))
        #expect(run.output == "2+2 = 4\n")
        #expect(try await stored().messages.count == 4)
    }

    @Test(arguments: [
        ("", "Restore it from a copy"), ("hello", "Check that the path is right"), ("[1]", "Check that the path"),
        (#"{"format":"conversation-history","version":3,"history":[]}"#, "Update convo"),
    ])
    func refusesAFileThatItCannotRead(_ content: String, _ advice: String) async throws {
        directory.write("chat.json", [UInt8](content.utf8))
        let run = try await ConvoProcess.run(["chat", "--store", path], input: "hello\n")
        #expect(run.code == 1)
        #expect(run.output == "")
        #expect(run.errors.hasPrefix("convo: Could not load the conversation at \(path): "))
        #expect(run.errors.contains(advice))
        #expect(run.errors.split(separator: "\n").count == 1)
        #expect(directory.read("chat.json") == [UInt8](content.utf8))
    }

    @Test func refusesWrongArguments() async throws {
        for arguments in [[], ["chat"], ["chat", "--ephemeral", "--model", "x"], ["chat", "--store"]] {
            let run = try await ConvoProcess.run(arguments)
            #expect(run.code == 64)
            #expect(run.output == "")
            #expect(run.errors.hasPrefix("convo: ") && run.errors.contains("--help"))
        }
        let missing = try await ConvoProcess.run(["chat", "--store", directory.path("none/chat.json")], input: "hi\n")
        #expect(missing.code == 1)
        #expect(missing.errors.contains("Create the directory first"))
    }

    @Test func fitsWhatTheModelIsGiven() async throws {
        let lines = "one\ntwo\nthree\n"
        let run = try await ConvoProcess.run(["chat", "--store", path, "--context-messages", "1"], input: lines)
        #expect(run.output.split(separator: "\n").allSatisfy { $0.contains("This is the first thing") })
        #expect(try await stored().messages.count == 6)
    }
}
