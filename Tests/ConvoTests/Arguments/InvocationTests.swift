import Testing

@testable import convo

@Suite struct InvocationTests {
    private func text(_ arguments: String...) throws -> String? {
        guard case .print(let text) = try Invocation(arguments, commands: Convo.commands) else { return nil }
        return text
    }

    @Test func printsTheVersionAndHelp() throws {
        #expect(try text("--version") == "convo \(Convo.version)\n")
        let general = try #require(try text("--help"))
        #expect(general.contains("  chat "))
        #expect(try text("-h") == general)
        #expect(try text("help") == general)
        let chat = try #require(try text("chat", "--help"))
        #expect(try text("help", "chat") == chat)
        #expect(try text("chat", "--wrong", "-h") == chat)
        for option in ChatOptions.declared where option.help != nil { #expect(chat.contains("--\(option.name)")) }
        #expect(!chat.contains("--pace"))
    }

    @Test func noLineOfTheHelpIsTooWide() throws {
        let texts = try [text("--help"), text("chat", "--help")].compactMap(\.self)
        let lines = texts.flatMap { $0.split(separator: "\n") }
        #expect(lines.count > 20)
        #expect(lines.filter { $0.count > 110 } == [])
    }

    @Test(arguments: [[], ["talk"], ["help", "talk"], ["--wrong"], ["chat"], ["chat", "--store", "a", "--ephemeral"]])
    func refuses(_ arguments: [String]) {
        #expect(throws: UsageError.self) { try Invocation(arguments, commands: Convo.commands) }
    }

    @Test func runsAChat() throws {
        guard case .run(let command) = try Invocation(["chat", "--ephemeral"], commands: Convo.commands) else {
            Issue.record("It should have been a command.")
            return
        }
        #expect(command is ChatCommand)
    }
}
