import ConversationHistory
import Foundation
import TestSupport
import Testing

@testable import convo

@Suite struct ExportCommandTests {
    private func scene(_ kind: LibraryKind) async throws -> LibraryScene {
        let scene = LibraryScene(kind)
        try await scene.fill { library in
            try await library.add("a", ["one", "two"], title: "A \"talk\"", owner: Owner(user: "ada"))
            try await library.add("../b", ["three"], day: 1)
            try await library.add("c", ["four"], day: 2)
        }
        try await scene.output("artifact", "put", "a", "x", scene.home.path("fill.jsonl"))
        try await scene.output("delete", "c")
        return scene
    }

    @Test(arguments: LibraryKind.allCases)
    func comesBackByteByByte(_ kind: LibraryKind) async throws {
        let scene = try await scene(kind)
        let archive = try await scene.output("export")
        for line in archive.split(separator: "\n") {
            #expect(throws: Never.self) { try JSONValue(parsing: String(line)) }
        }
        let other = scene.location("other")
        #expect(try await scene.output("import", "-", input: archive, library: other) == "2 imported\n")
        #expect(try await scene.output("export", library: other) == archive)
        #expect(
            try await scene.output("import", "-", input: archive, library: other) == "0 imported, 2 already there\n"
        )
        let script = "\"$0\" export --library \"$1\" --include-trash | \"$0\" import --library \"$2\" -"
        let pipe = try await ConvoProcess.runShell(script, scene.location, scene.location("third"))
        #expect(pipe.output == "3 imported\n")
        #expect(try await scene.json("list", "--trash", library: scene.location("third")).texts("id") == ["c"])
    }

    @Test(arguments: LibraryKind.allCases)
    func writesSomeOfThem(_ kind: LibraryKind) async throws {
        let scene = try await scene(kind)
        let archive = try await scene.output("export", "../b")
        #expect(archive.contains("three") && !archive.contains("one"))
        #expect(try await scene.output("export", "--user", "bob").split(separator: "\n").count == 2)
        #expect(try await scene.run("export", "d") == ("", "convo: There is no conversation \"d\".\n", 1))
        #expect(try await scene.run("export", "c").errors.contains("is in the trash"))
        #expect(try await scene.output("export", "c", "--include-trash").contains("four"))
        #expect(try await scene.json("list", "--trash").texts("id") == ["c"])
    }

    @Test(arguments: LibraryKind.allCases)
    func writesMarkdown(_ kind: LibraryKind) async throws {
        let scene = try await scene(kind)
        let text = try await scene.output("export", "--markdown")
        #expect(text.hasPrefix("# A \"talk\"\n"))
        #expect(text.contains("\n\n# Conversation\n"))
        #expect(text.contains("three\n") && !text.contains("four"))
        #expect(try await scene.output("export", "--markdown", "--include-trash").contains("four\n"))
        #expect(try await scene.json("list", "--trash").texts("id") == ["c"])
    }

    @Test(arguments: LibraryKind.allCases)
    func anOutputFileIsNeverHalf(_ kind: LibraryKind) async throws {
        let scene = try await scene(kind)
        scene.home.write("out", [1])
        let out = scene.home.path("out")
        #expect(try await scene.run("export", "d", "--output", out).code == 1)
        #expect(scene.home.read("out") == [1])
        #expect(try await scene.output("export", "--output", out) == "")
        #expect(
            scene.home.read("out").map { String(decoding: $0, as: UTF8.self) } == (try await scene.output("export"))
        )
        #expect(scene.home.names().filter { $0.hasSuffix(".tmp") } == [])
    }

    @Test func saysIfItCannotBeWritten() async throws {
        let scene = try await scene(.directory)
        let script = "\"$0\" export --library \"$1\" > /dev/full; echo $? >&2"
        let full = try await ConvoProcess.runShell(script, scene.location)
        #expect(full.errors == "convo: Standard output cannot be written: No space left on device.\n1\n")
    }

    @Test func aClosedPipeEndsQuietly() async throws {
        let scene = LibraryScene()
        // More than a pipe holds, so that a write meets its end.
        try await scene.fill { library in
            for number in 0..<20 {
                try await library.add(ConversationID("\(number)"), [String(repeating: "x", count: 100_000)])
            }
        }
        for command in ["export", "export --markdown", "show 1"] {
            let script = "{ \"$0\" \(command) --library \"$1\"; echo $? >&2; } | head -c 10"
            let run = try await ConvoProcess.runShell(script, scene.location)
            #expect(run.output.utf8.count == 10)
            #expect(run.errors == "0\n")
        }
    }

    @Test func leavesOutWhatIsDamaged() async throws {
        let scene = try await scene(.directory)
        scene.home.write("library/conversations/a.json", [UInt8]("{\"format\":\"conversation-history\"".utf8))
        let run = try await scene.run("export")
        #expect(run.code == 1)
        #expect(run.errors.hasPrefix("convo: \"a\" was left out. Could not read the conversation at "))
        // An earlier export, which may still have it, is not replaced by one without it.
        for content in ["the earlier one", nil] as [String?] {
            let name = content == nil ? "new.jsonl" : "earlier.jsonl"
            if let content { scene.home.write(name, Array(content.utf8)) }
            let written = try await scene.run("export", "--output", scene.home.path(name))
            #expect(written.code == 1)
            #expect(scene.home.read(name) == content.map { Array($0.utf8) } ?? Array(run.output.utf8))
        }
        let markdown = try await scene.run("export", "--markdown")
        #expect(markdown.code == 1)
        #expect(markdown.errors == run.errors)
        #expect(markdown.output.contains("three"))
        #expect(
            try await scene.output("import", "-", input: run.output, library: scene.location("o")) == "1 imported\n"
        )
    }
}
