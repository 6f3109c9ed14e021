import ConversationHistory
import TestSupport
import Testing

@testable import convo

@Suite struct ArtifactCommandTests {
    private let bytes: [UInt8] = [0, 255, 10, 13, 27]

    @Test(arguments: LibraryKind.allCases)
    func keepsVersions(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill("a")
        scene.home.write("file", bytes)
        let file = scene.home.path("file")
        #expect(try await scene.run("artifact", "put", "a", "task.md", file) == ("", "", 0))
        let second = try await ConvoProcess.run(
            ["artifact", "put", "--library", scene.location, "--json", "--type", "text/markdown", "a", "task.md", "-"],
            input: "# Tasks\n"
        )
        let info = try JSONValue(parsing: second.output)
        #expect(info["version"] == 2)
        #expect(info["bytes"] == 8)
        #expect(info["type"] == "text/markdown")
        #expect(try await scene.output("artifact", "get", "a", "task.md") == "# Tasks\n")
        try await scene.output("artifact", "get", "a", "task.md", "--version", "1", "--output", scene.home.path("out"))
        #expect(scene.home.read("out") == bytes)
        let pipe = try await ConvoProcess.runShell(
            "\"$0\" artifact get a task.md --version=1 --library \"$1\" > \"$2\"",
            scene.location,
            scene.home.path("pipe")
        )
        #expect(pipe.errors == "")
        #expect(scene.home.read("pipe") == bytes)
        #expect(try await scene.json("artifact", "list", "a").texts("name") == ["task.md"])
        #expect(try await scene.output("artifact", "list", "a").contains("task.md        2  8 bytes  "))
        try await scene.output("artifact", "remove", "a", "task.md")
        #expect(try await scene.json("artifact", "list", "a") == [])
    }

    @Test(arguments: LibraryKind.allCases)
    func namesLeadNowhere(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill("../a")
        let before = scene.home.names()
        let names = ["../../x", "/etc/passwd", "\u{1B}[2J", "two\nlines", "..", "a b"]
        for name in names { try await scene.output("artifact", "put", "../a", name, "/dev/null") }
        #expect(
            try await scene.json("artifact", "list", "../a").texts("name")
                == names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        )
        let table = try await scene.output("artifact", "list", "../a")
        #expect(table.split(separator: "\n").count == names.count + 1)
        #expect(!table.contains("\u{1B}"))
        #expect(scene.home.names().filter { !$0.hasPrefix("library") } == before.filter { !$0.hasPrefix("library") })
    }

    @Test(arguments: LibraryKind.allCases)
    func saysWhatIsNotThere(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill("a")
        try await scene.output("artifact", "put", "a", "x", "/dev/null")
        let missing = "convo: The conversation \"a\" has no artifact \"y\", or no such version of it.\n"
        #expect(try await scene.run("artifact", "get", "a", "y") == ("", missing, 1))
        #expect(try await scene.run("artifact", "remove", "a", "y") == ("", missing, 1))
        #expect(try await scene.run("artifact", "get", "a", "x", "--version", "2").code == 1)
        #expect(try await scene.run("artifact", "list", "b").errors == "convo: There is no conversation \"b\".\n")
        let file = try await scene.run("artifact", "put", "a", "y", scene.home.path("none"))
        #expect(file.code == 1)
        #expect(file.errors.hasSuffix("cannot be read: No such file or directory.\n"))
        #expect(try await scene.run("artifact", "put", "a", "y", scene.home.path).errors.contains("Is a directory"))
        #expect(try await scene.run("artifact", "put", "a", "y").code == 64)
    }

    @Test(arguments: LibraryKind.allCases)
    func anOutputFileIsNeverHalf(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill("a")
        scene.home.write("out", [1, 2, 3], mode: 0o640)
        let out = scene.home.path("out")
        #expect(try await scene.run("artifact", "get", "a", "x", "--output", out).code == 1)
        #expect(scene.home.read("out") == [1, 2, 3])
        try await scene.output("artifact", "put", "a", "x", "/dev/null")
        try await scene.output("artifact", "get", "a", "x", "--output", out)
        #expect(scene.home.read("out") == [])
        #expect(scene.home.mode("out") == 0o640)
        let directory = try await scene.run("artifact", "get", "a", "x", "--output", scene.home.path("none/out"))
        #expect(directory.code == 1)
        #expect(scene.home.names().filter { $0.hasPrefix(".") && !$0.hasPrefix(".library") } == [])
    }
}
