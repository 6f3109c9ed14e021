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

    @Test(arguments: [
        ["create", "--library", "a", "--title", "-h"], ["create", "--library", "a", "--title", "--help"],
        ["create", "--library", "-h"], ["rename", "--library", "a", "b", "--", "-h"],
        ["chat", "--ephemeral", "--system", "-h"], ["list", "--library", "a", "--title=-h"],
    ])
    func aValueMayLookLikeHelp(_ arguments: [String]) throws {
        guard case .run = try Invocation(arguments, commands: Convo.commands) else {
            Issue.record("It should have been a command.")
            return
        }
    }

    @Test(arguments: [
        ["create", "--title", "a", "-h"], ["create", "-h", "--title"], ["create", "--json", "-h"],
        ["create", "--title=a", "--help"], ["rename", "a", "-h", "--"], ["create", "--title", "--", "-h"],
    ])
    func helpMayStandAnywhereElse(_ arguments: [String]) throws {
        guard case .print(let text) = try Invocation(arguments, commands: Convo.commands) else {
            Issue.record("It should have been a text.")
            return
        }
        #expect(text.contains("Usage: convo \(arguments[0])"))
    }

    @Test func theHelpListsAllCommandsBelowHeadings() throws {
        let general = try #require(try text("--help"))
        for command in Convo.commands { #expect(general.contains("\n  \(command.name) ")) }
        for group in CommandGroup.allCases { #expect(general.contains("\n\(group.rawValue):\n  ")) }
        for command in Convo.commands {
            let words = command.name.split(separator: " ").map(String.init)
            guard case .print(let help) = try Invocation(["help"] + words, commands: Convo.commands) else {
                Issue.record("It should have been a text.")
                return
            }
            for option in command.options where option.help != nil { #expect(help.contains("--\(option.name)")) }
            #expect(help.contains("Usage: convo \(command.name) [OPTIONS]"))
            if command.options.contains(.json) { #expect(help.contains("--json prints an ")) }
        }
    }

    @Test func aCommandMayBeTwoWords() throws {
        let artifact = try #require(try text("help", "artifact"))
        #expect(try text("artifact", "--help") == artifact)
        #expect(artifact.contains("  artifact put "))
        #expect(!artifact.contains("  chat "))
        #expect(try text("artifact", "put", "-h") == text("help", "artifact", "put"))
        let arguments = ["artifact", "list", "--library", "a", "b"]
        guard case .run(let command) = try Invocation(arguments, commands: Convo.commands) else {
            Issue.record("It should have been a command.")
            return
        }
        #expect(command is ListArtifactsCommand)
        #expect(throws: UsageError.self) { try Invocation(["artifact"], commands: Convo.commands) }
        #expect(throws: UsageError.self) { try Invocation(["artifact", "x"], commands: Convo.commands) }
    }

    @Test func noLineOfTheHelpIsTooWide() throws {
        let texts = [HelpText.general(Convo.commands)] + Convo.commands.map { HelpText.of($0) }
        let lines = texts.flatMap { $0.split(separator: "\n") }
        #expect(lines.count > 100)
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
