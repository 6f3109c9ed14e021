import ConversationHistory
import ConversationHistoryExchange
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import convo

@Suite struct ImportCommandTests {
    private let requests = #"[{"role":"user","content":"hello"},{"role":"assistant","content":"hi"}]"#
    private let session = """
        {"type":"user","sessionId":"s","uuid":"1","timestamp":"2025-03-01T00:00:00Z","message":{"role":"user","content":"hi"}}
        {"type":"summary","summary":"Greetings","leafUuid":"1"}

        """

    @Test(arguments: LibraryKind.allCases)
    func guessesTheFormat(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        let history = ConversationSnapshot<ChatMessage>(id: "h", title: "History")
        let files: [(String, [UInt8])] = [
            ("requests.json", [UInt8](requests.utf8)), ("session.jsonl", [UInt8](session.utf8)),
            ("history.json", try history.encoded()),
            ("pretty.json", try ConversationSnapshot<ChatMessage>(id: "p").encoded(style: .pretty)),
        ]
        for (name, bytes) in files {
            scene.home.write(name, bytes)
            for counts in ["1 imported\n", "0 imported, 1 already there\n"] {
                #expect(try await scene.output("import", scene.home.path(name)) == counts, "\(name)")
            }
        }
        let list = try await scene.json("list")
        #expect(Set(list.texts("title")) == [nil, "Greetings", "History"])
        let ids = Set(list.texts("id").compactMap(\.self))
        #expect(ids.isSuperset(of: ["s", "h", "p"]))
        #expect(ids.contains { $0.hasPrefix("import-") })
    }

    @Test(arguments: LibraryKind.allCases)
    func givesAnID(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.output("import", "-", "--as", "../x", "--user", "ada", input: requests)
        try await scene.output("import", "-", "--as", "y", input: session)
        let list = try await scene.json("list")
        #expect(Set(list.texts("id")) == ["../x", "y"])
        #expect(try await scene.json("list", "--user", "ada").texts("id") == ["../x"])
        let archive = try await scene.output("export")
        #expect(try await scene.run("import", "-", "--as", "z", input: archive).code == 1)
        #expect(try await scene.run("import", "-", "--as", "z", "--format", "archive", input: archive).code == 64)
        let twoSessions = session + session.replacing("\"s\"", with: "\"t\"").replacing("\"1\"", with: "\"2\"")
        let run = try await scene.run("import", "-", "--as", "z", input: twoSessions)
        #expect(run.errors == "convo: The input has 2 conversations, and --as is for only one. Omit --as.\n")
    }

    @Test(arguments: LibraryKind.allCases)
    func collisions(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.output("import", "-", "--as", "a", input: requests)
        let other = requests.replacing("hello", with: "good morning")
        let failed = try await scene.run("import", "-", "--as", "a", input: other)
        #expect(failed.code == 1)
        #expect(failed.errors.hasSuffix("Use --collision to skip, rename or replace.\n"))
        #expect(failed.output == "0 imported\n")
        #expect(
            try await scene.output("import", "-", "--as=a", "--collision=skip", input: other)
                == "0 imported, 1 skipped\n"
        )
        let renamed = try await scene.output("import", "-", "--as=a", "--collision", "rename", input: other)
        #expect(renamed.hasPrefix("1 imported, 1 of them renamed\na is now a-"))
        #expect(
            try await scene.output("import", "-", "--as=a", "--collision=replace", input: other)
                == "0 imported, 1 replaced\n"
        )
        #expect(try await scene.json("search", "morning").arrayValue?.count == 2)
    }

    @Test(arguments: LibraryKind.allCases)
    func tellsProgramsWhatItDid(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill("a", "b")
        let report = try await scene.json("import", scene.home.path("fill.jsonl"))
        #expect(report["imported"] == [])
        #expect(report["already_there"]?.texts("id") == ["a", "b"])
        #expect(report["already_there"]?.texts("stored_id") == ["a", "b"])
        #expect(report["refused"] == [])
    }

    @Test(arguments: LibraryKind.allCases)
    func goesOnIfToldTo(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill { library in
            try await library.add("a", owner: Owner(user: "ada"))
            try await library.add("b", owner: Owner(user: "bob"))
        }
        let file = scene.home.path("fill.jsonl")
        let other = scene.location("other")
        let stopped = try await scene.run("import", file, "--user", "bob", library: other)
        #expect(stopped.code == 1)
        #expect(stopped.output == "0 imported\n")
        let run = try await scene.run("import", file, "--user", "bob", "--keep-going", library: other)
        #expect(run.code == 1)
        #expect(run.output == "1 imported, 1 refused\n")
        #expect(run.errors.hasPrefix("convo: \"a\" was refused. "))
        #expect(try await scene.json("list", library: other).texts("id") == ["b"])
    }

    @Test(arguments: [
        ("", "There is nothing to import."), ("hello", "Specify it with --format."), ("{\"a\":1}", "with --format"),
        ("[1]", "The input cannot be imported as chat-completions."),
        ("{\"messages\":3}", "cannot be imported as chat-"),
        ("{\"format\":\"conversation-archive\",\"version\":9,\"messages\":\"chat\"}\n", "Could not import line 1"),
        (
            "{\"format\":\"conversation-history\",\"version\":9,\"history\":[]}",
            "The input cannot be imported as history."
        ),
    ])
    func refusesWhatItCannotRead(_ content: String, _ reason: String) async throws {
        let scene = LibraryScene()
        let run = try await scene.run("import", "-", input: content)
        #expect(run.code == 1)
        #expect(run.errors.hasPrefix("convo: ") && run.errors.contains(reason))
        #expect(run.errors.split(separator: "\n").count == 1)
        // Nothing was made of it.
        #expect(scene.home.names() == [])
    }

    @Test func aDamagedArchiveLeavesWholeConversations() async throws {
        let scene = LibraryScene()
        try await scene.fill("a", "b")
        let archive = String(decoding: try #require(scene.home.read("fill.jsonl")), as: UTF8.self)
        let other = scene.location("other")
        let run = try await scene.run(
            "import",
            "-",
            input: archive.replacing("hello b", with: "hullo b"),
            library: other
        )
        #expect(run.code == 1)
        #expect(run.output == "1 imported\n")
        #expect(try await scene.json("list", library: other).texts("id") == ["a"])
    }

    @Test(arguments: LibraryKind.allCases)
    func processesThatImportTheSameAtOnceImportItOnce(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        let source = InMemoryConversationLibrary<ChatMessage>()
        let ids: [ConversationID] = ["a", "b", "c", "d"]
        for id in ids {
            try await source.add(id, ["hello \(id)"])
            guard id != "d" else { continue }
            for version in 1...12 {
                _ = try await source.saveArtifact([UInt8(version)], named: "file", type: nil, in: id)
            }
        }
        try await source.delete("b")
        let archive = try await LibraryExporter(source, includesTrash: true).exported()
        scene.home.write("all.jsonl", archive)
        try await scene.output("create", "--id", "other")
        let words = ["import", "--library", scene.location, "--json", scene.home.path("all.jsonl")]
        let processes = try (0..<4).map { _ in try ConvoProcess(words) }
        var count = 0
        for process in processes {
            process.endInput()
            #expect(try await process.exitCode() == 0, "\(process.errors)")
            count += try JSONValue(parsing: process.output)["imported"]?.arrayValue?.count ?? 0
        }
        #expect(count == ids.count)
        try await scene.output("delete", "other")
        try await scene.output("purge", "other")
        let exported = try await scene.output("export", "--include-trash")
        #expect(exported == String(decoding: archive, as: UTF8.self))
        #expect(try await scene.run("verify") == ("", "", 0))
    }
}
