import ConversationHistory
import TestSupport
import Testing

@testable import convo

/// What a person sees whose terminal shows the output.
@Suite struct TerminalTests {
    private func scene() async throws -> LibraryScene {
        let scene = LibraryScene()
        try await scene.fill { library in
            let title = "\u{1B}[2J\u{9B}1mA title that is longer than a line of the terminal that shows it"
            try await library.add("a\u{1B}c", ["to \u{1B}[31m Tokyo \u{7}\u{9D}0;x", "日本"], title: title)
        }
        return scene
    }

    private func shown(_ arguments: [String], columns: UInt16, environment: [String: String] = [:]) async throws
        -> String
    {
        let terminal = try PseudoTerminal(columns: columns)
        let process = try ConvoProcess(arguments, environment: environment, output: terminal.screen)
        process.endInput()
        #expect(try await process.exitCode() == 0, "\(process.errors)")
        return terminal.text()
    }

    private func controls(in text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { $0 != "\n" && $0.properties.generalCategory == .control }
    }

    @Test func aTableIsAsWideAsTheTerminal() async throws {
        let scene = try await scene()
        let narrow = try await shown(["list", "--library", scene.location], columns: 50)
        #expect(
            narrow == """
                ID  CHANGED           MESSAGES  TITLE
                ac  2025-03-01 05:45         2  [2J1mA title that…

                """
        )
        let wide = try await shown(["list", "--library", scene.location], columns: 120)
        #expect(wide.contains("  [2J1mA title that is longer than a line of the terminal that shows it\n"))
    }

    @Test func whatWasSaidCommandsNothing() async throws {
        let scene = try await scene()
        let commands = [["list", "--json"], ["show", "a\u{1B}c"], ["show", "a\u{1B}c", "--json"], ["export"]]
        for command in commands + [["export", "--markdown"], ["search", "--json", "tokyo"]] {
            let text = try await shown(command + ["--library", scene.location], columns: 80)
            #expect(text.contains(command[0] == "list" ? "A title" : "Tokyo"))
            #expect(controls(in: text) == [])
        }
    }

    @Test func whatWasFoundIsEmphasised() async throws {
        let scene = try await scene()
        let search = ["search", "--library", scene.location, "--", "tokyo"]
        let text = try await shown(search, columns: 80)
        #expect(text.contains("\u{1B}[1mTokyo\u{1B}[0m"))
        #expect(controls(in: text) == ["\u{1B}", "\u{1B}"])
        let plain = try await shown(search, columns: 80, environment: ["NO_COLOR": "1"])
        #expect(plain.contains("to [31m Tokyo") && controls(in: plain) == [])
    }
}
