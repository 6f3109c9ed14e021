import ConversationHistory
import Foundation
import TestSupport
import Testing

@testable import convo

/// `stats`, `verify` and `backup`.
@Suite struct KeepingCommandTests {
    @Test(arguments: LibraryKind.allCases)
    func counts(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill { library in
            try await library.add("a", ["1", "2"], owner: Owner(user: "ada"))
            try await library.add("b", ["3"])
        }
        scene.home.write("file", [1, 2, 3])
        for _ in 0..<2 { try await scene.output("artifact", "put", "a", "x", scene.home.path("file")) }
        try await scene.output("delete", "b")
        let counts: JSONValue = [
            "conversations": 1, "messages": 2, "entries": 2, "artifacts": 1, "artifact_bytes": 6, "deleted": 1,
        ]
        #expect(try await scene.json("stats") == counts)
        #expect(try await scene.json("stats", "--user", "bob")["conversations"] == 0)
        #expect(try await scene.output("stats").contains("artifact bytes      6\n"))
    }

    @Test(arguments: LibraryKind.allCases)
    func findsNothingWrong(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill("a")
        #expect(try await scene.run("verify") == ("", "", 0))
        #expect(try await scene.json("verify") == [])
    }

    @Test func reportsWhatIsWrong() async throws {
        let scene = LibraryScene()
        try await scene.fill("a", "../b")
        scene.home.write("library/conversations/a.json", [UInt8]("{\"format\":\"conversation-history\"".utf8))
        let table = try await scene.run("verify")
        #expect(table.code == 1)
        #expect(
            table.output.hasPrefix(
                "KIND            CONVERSATION  DESCRIPTION\ndamagedHistory  a             The history"
            )
        )
        #expect(table.errors == "")
        let run = try await scene.run("verify", "--json")
        #expect(run.code == 1)
        let problems = try JSONValue(parsing: run.output)
        #expect(problems.texts("kind") == ["damagedHistory"])
        #expect(problems.texts("conversation") == ["a"])
        // As far as is known where the damage is, both say it alike.
        let shown = try await scene.run("show", "a")
        let place = try #require(shown.errors.firstMatch(of: #/damaged at byte [0-9]+[^.]*\./#)?.output)
        #expect(problems[0]?["description"]?.stringValue?.contains(place) == true)
        #expect(shown.output == "")
        let script = "{ \"$0\" verify --library \"$1\"; echo $? >&2; } | true"
        #expect(try await ConvoProcess.runShell(script, scene.location).errors == "1\n")
    }

    @Test func namesWhereADamagedFileOfAConversationIs() async throws {
        let scene = LibraryScene()
        try await scene.fill("a")
        scene.home.write("file", [1, 2, 3])
        try await scene.output("artifact", "put", "a", "x", scene.home.path("file"))
        let names = try FileManager.default.subpathsOfDirectory(atPath: scene.home.path("library/artifacts"))
        for name in names where scene.home.size("library/artifacts/\(name)") == 3 {
            scene.home.write("library/artifacts/\(name)", [3, 2, 1])
        }
        let problems = try JSONValue(parsing: try await scene.run("verify", "--json").output)
        #expect(problems.texts("kind") == ["damagedArtifact"])
        let description = try #require(problems[0]?["description"]?.stringValue)
        let place = try #require(description.firstMatch(of: #/artifacts\/[^ ]+[^ .]/#)?.output)
        #expect(scene.home.read("library/\(place)") != nil)
    }

    @Test(arguments: LibraryKind.allCases)
    func copiesAllOfALibrary(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill { library in
            try await library.add("a", ["one"], owner: Owner(user: "ada"))
            try await library.add("b", ["two"])
        }
        try await scene.output("delete", "b")
        // The copy of a server's library is a directory's.
        let path = scene.home.path(kind == .sqlite ? "copy.db" : "copy")
        let copy = kind == .sqlite ? "sqlite:" + path : path
        #expect(try await scene.run("backup", path) == ("", "", 0))
        let archive = try await scene.output("export", "--include-trash")
        #expect(try await scene.output("export", "--include-trash", library: copy) == archive)
        let again = try await scene.run("backup", path)
        #expect(again.code == 1)
        #expect(again.errors.contains("Something stands there already"))
        #expect(try await scene.run("backup", path, "--user", "ada").code == 64)
        #expect(try await scene.run("backup").code == 64)
        #expect(try await scene.run("backup", scene.home.path("none/copy")).code == 1)
    }

    @Test func theEnvironmentsOwnerIsNoLimitToABackup() async throws {
        let scene = LibraryScene()
        try await scene.fill("a")
        let run = try await ConvoProcess.run(
            ["backup", scene.home.path("copy")],
            environment: ["DATABASE_URL": scene.location, "DEFAULT_USER_ID": "ada"]
        )
        #expect(run.code == 0)
        #expect(try await scene.json("list", library: scene.location("copy")).texts("id") == ["a"])
    }
}
