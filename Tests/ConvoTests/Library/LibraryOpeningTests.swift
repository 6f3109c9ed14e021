import ConversationHistory
import TestSupport
import Testing

@testable import convo

@Suite struct LibraryOpeningTests {
    #if !SQLite
    @Test func saysHowToBuildWithSQLite() async throws {
        for command in [["list"], ["create"], ["chat"]] {
            let run = try await ConvoProcess.run(command + ["--library", "sqlite:a.db"])
            #expect(run.code == 1)
            #expect(run.output == "")
            #expect(run.errors.contains("swift run --traits SQLite convo"))
            #expect(run.errors.split(separator: "\n").count == 1)
        }
    }
    #else
    @Test func refusesAnotherKindOfFile() async throws {
        let home = TemporaryDirectory()
        home.write(
            "a.db",
            [UInt8]("not a database, and as long as the header of one would have to be, or longer than it is: \n".utf8)
        )
        let run = try await ConvoProcess.run(["list", "--library", "sqlite:" + home.path("a.db")])
        #expect(run.code == 1)
        #expect(run.errors.split(separator: "\n").count == 1)
        #expect(run.errors.contains("It is not a database."))
    }

    @Test func needsADirectory() async throws {
        let home = TemporaryDirectory()
        let run = try await ConvoProcess.run(["create", "--library", "sqlite:" + home.path("none/a.db")])
        #expect(run.code == 1)
        #expect(run.errors.contains("Create the directory first"))
    }
    #endif

    @Test(arguments: LibraryKind.allCases)
    func nothingIsMadeForAFileThatCannotBeRead(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        #expect(try await scene.run("import", scene.home.path("none")).code == 1)
        #expect(scene.home.names() == [])
        // There is none still.
        #expect(try await scene.run("list").code == 1)
    }

    @Test(arguments: LibraryKind.allCases)
    func readingMakesNoLibrary(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        for command in ["list", "stats", "verify", "export"] {
            let run = try await scene.run(command)
            #expect(run.code == 1)
            #expect(run.output == "")
            #expect(run.errors.contains("There is no library"))
            #expect(run.errors.split(separator: "\n").count == 1)
        }
        try await scene.output("create")
        #expect(try await scene.json("list").arrayValue?.count == 1)
    }

    @Test func neverShowsAPassword() async throws {
        let run = try await ConvoProcess.run(["list", "--library", "postgresql://ada:hunter2@127.0.0.1:1/d"])
        #expect(run.code == 1)
        #expect(!run.errors.contains("hunter2"))
        #expect(run.errors.split(separator: "\n").count == 1)
    }
}
