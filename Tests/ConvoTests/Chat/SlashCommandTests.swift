import Testing

@testable import convo

@Suite struct SlashCommandTests {
    @Test(arguments: [
        ("/help", SlashCommand.help), ("/quit ", .quit), ("/history", .history), ("/pin", .pin(nil)),
        ("/pin 3", .pin(3)), ("/unpin 12", .unpin(12)), ("/rewind", .rewind(1)), ("/rewind 2", .rewind(2)),
        ("/fork my file.json", .fork("my file.json")), ("/fork ", .fork(nil)), ("/title", .title(nil)),
        ("/title  A  b ", .title("A  b")),
    ])
    func understands(_ line: String, _ command: SlashCommand) throws {
        #expect(try SlashCommand(line) == command)
    }

    @Test(arguments: ["hello", " /help", "1/2", "a /quit"])
    func leavesLinesForTheModel(_ line: String) throws {
        #expect(try SlashCommand(line) == nil)
    }

    @Test(arguments: [
        "/", "/x", "/Help", "/ help", "/pin 0", "/pin -1", "/pin a", "/unpin", "/rewind 0",
        "/quit now",
    ])
    func refuses(_ line: String) {
        #expect(throws: SlashCommandError.self) { try SlashCommand(line) }
    }
}
