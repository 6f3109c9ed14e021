import ConversationHistory
import ConversationHistoryExchange
import ConversationHistoryLibrary
import Foundation
import TestSupport
import Testing

@testable import convo

/// What the exit code says, whether anybody reads the output or not: the work was done, or something failed.
@Suite(.serialized) struct ExitCodeTests {
    /// Runs a command whose output goes into a pipe that nobody reads any more.
    private func unread(_ scene: LibraryScene, _ arguments: [String], input: String = "") async throws -> (
        errors: String, code: Int32
    ) {
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let process = try ConvoProcess(arguments, output: pipe.fileHandleForWriting)
        process.type(input)
        process.endInput()
        let code = try await process.exitCode()
        return (process.errors, code)
    }

    /// Runs a command with and without a reader, on libraries that are alike.
    private func expectSameCode(_ code: Int32, _ words: String, input: String = "") async throws {
        for hasReader in [true, false] {
            let scene = try await scene()
            let arguments = words.replacing("%", with: scene.home.path + "/").split(separator: " ").map(String.init)
            let whole = arguments.first == "help" ? arguments : arguments + ["--library", scene.location]
            let errors: String
            if hasReader {
                let run = try await ConvoProcess.run(whole, input: input)
                #expect(run.code == code, "\(words)")
                #expect(code != 0 || !run.output.isEmpty || words.hasPrefix("verify"), "\(words)")
                errors = run.errors
            } else {
                let run = try await unread(scene, whole, input: input)
                #expect(run.code == code, "\(words), unread")
                errors = run.errors
            }
            #expect(errors.isEmpty == (code == 0 && words != "purge --all"), "\(words): \(errors)")
        }
    }

    /// A library with two conversations, and another one in the trash.
    private func scene() async throws -> LibraryScene {
        let scene = LibraryScene()
        let library = DirectoryConversationLibrary(path: scene.location)
        for id in ["a", "b", "t"] {
            var snapshot = ConversationSnapshot<ChatMessage>(id: ConversationID(id))
            try snapshot.append(HistoryEntry(.message(.user("hello \(id)"))))
            try await library.store(for: ConversationID(id)).save(snapshot)
        }
        _ = try await library.saveArtifact([1], named: "x", type: nil, in: "a")
        try await library.delete("t")
        scene.home.write("file", [1])
        scene.home.write("damaged.jsonl", Array("{\"conversation-archive\":".utf8))
        scene.home.write("twice.jsonl", try await LibraryExporter(library).exported(["a"]))
        return scene
    }

    @Test(arguments: [
        "help", "help list", "list", "list --json", "show a", "show a --json", "search hello", "search hello --json",
        "create", "create --json --id n", "fork a", "purge --all", "purge --all --json", "artifact get a x",
        "artifact list a", "artifact list a --json", "artifact put a y %file --json", "export", "export --markdown",
        "export a", "import %twice.jsonl", "import --json %twice.jsonl", "stats", "stats --json", "verify",
        "verify --json",
    ])
    func workThatIsDoneIsNoFailure(_ words: String) async throws { try await expectSameCode(0, words) }

    @Test(arguments: [
        ("show none", 1), ("search x --conversation none", 1), ("create --id a", 1), ("fork none", 1),
        ("rename none x", 1),
        ("delete a none", 1), ("restore t none", 1), ("purge t none", 1), ("purge none --json", 1),
        ("artifact get a none", 1), ("artifact list none", 1), ("artifact put none y %file --json", 1),
        ("artifact put a y %none --json", 1), ("export none", 1), ("export a none", 1), ("import %none", 1),
        ("import %damaged.jsonl", 1), ("import %file", 1), ("list --limit 0", 64), ("frob", 64), ("show", 64),
    ])
    func aFailureIsOneWhoeverReads(_ words: String, _ code: Int32) async throws {
        try await expectSameCode(code, words)
    }

    @Test(arguments: [
        "show d", "show d --json", "export", "export --markdown", "export a d", "export d a", "verify", "verify --json",
    ])
    func damageIsAFailureWhoeverReads(_ words: String) async throws {
        let scene = LibraryScene()
        try await scene.fill { library in
            // Larger than a pipe, so that a write meets its end before the damage is found.
            try await library.add("a", [String(repeating: "x", count: 200_000)])
            try await library.add("d", ["hello"], day: 1)
        }
        scene.home.write("library/conversations/d.json", Array("{\"format\":\"conversation-history\"".utf8))
        let arguments = words.split(separator: " ").map(String.init) + ["--library", scene.location]
        #expect(try await ConvoProcess.run(arguments).code == 1)
        #expect(try await unread(scene, arguments).code == 1)
    }

    @Test(arguments: LibraryKind.allCases)
    func workGoesOnWithoutAReader(_ kind: LibraryKind) async throws {
        let source = LibraryScene()
        try await source.fill("a", "b", "c")
        let archive = source.home.path("all.jsonl")
        try await source.output("export", "--output", archive)
        let scene = LibraryScene(kind)
        try await scene.fill { library in try await library.add("b", ["another"]) }
        // One of them is refused: the others come in, and it is a failure.
        let imported = try await unread(scene, ["import", "--keep-going", archive, "--library", scene.location])
        #expect(imported.code == 1)
        #expect(imported.errors.contains("\"b\" was refused"))
        #expect(Set(try await scene.json("list").texts("id")) == ["a", "b", "c"])
        try await scene.output("delete", "a", "c")
        let purged = try await unread(scene, ["purge", "a", "none", "c", "--library", scene.location])
        #expect(purged.code == 1)
        #expect(purged.errors.contains("There is no conversation \"none\" in the trash."))
        #expect(try await scene.json("list", "--trash") == [])
    }

    /// Descriptors that are closed are taken by the next files that are opened.
    @Test(arguments: LibraryKind.allCases)
    func closedDescriptorsAreNotMistakenForFiles(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill("a")
        let script = """
            "$0" list --library "$L" >&-; echo $? >> codes
            "$0" create --id n --library "$L" >&-; echo $? >> codes
            "$0" rename a Title --library "$L" >&-; echo $? >> codes
            "$0" help >&-; echo $? >> codes
            "$0" show none --library "$L" 2>&-; echo $? >> codes
            "$0" show none --library "$L" <&- >&- 2>&-; echo $? >> codes
            "$0" create --id m --library "$L" <&- >&- 2>&-; echo $? >> codes
            echo hello | "$0" chat --conversation c --library "$L" >&- 2>&-; echo $? >> codes
            "$0" artifact put a x - --library "$L" <&-; echo $? >> codes
            """
        let run = try await scene.shell(script)
        #expect(scene.home.read("codes").map { String(decoding: $0, as: UTF8.self) } == "1\n1\n0\n1\n1\n1\n1\n1\n1\n")
        #expect(run.errors.contains("convo: Standard output cannot be written: Bad file descriptor.\n"))
        // What was asked for was done, and nothing was written into the library.
        #expect(Set(try await scene.json("list").texts("id")) == ["a", "n", "m", "c"])
        #expect(try await scene.run("verify") == ("", "", 0))
    }

    @Test(arguments: ["list", "show a", "export", "create", "import %twice.jsonl", "artifact get a x", "help"])
    func outputThatCannotBeWrittenIsAFailure(_ words: String) async throws {
        let scene = try await scene()
        let command = words.replacing("%", with: "")
        let library = words == "help" ? "" : "--library \"$L\""
        let run = try await scene.shell("\"$0\" \(command) \(library) > /dev/full; echo $? >&2")
        #expect(run.errors == "convo: Standard output cannot be written: No space left on device.\n1\n")
    }
}
