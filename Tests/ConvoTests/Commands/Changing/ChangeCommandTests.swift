import ConversationHistory
import TestSupport
import Testing

@testable import convo

/// `create`, `rename` and `fork`.
@Suite struct ChangeCommandTests {
    @Test(arguments: LibraryKind.allCases)
    func creates(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        let id = try await scene.output("create").dropLast()
        #expect(id.count == 26)
        let created = try await scene.json("create", "--id", "../x", "--title", "T\"", "--user", "ada")
        #expect(created["id"] == "../x")
        #expect(created["title"] == "T\"")
        #expect(created["owner"] == ["user": "ada"])
        #expect(try await scene.json("list").arrayValue?.count == 2)
        let taken = try await scene.run("create", "--id", "../x")
        #expect(taken.code == 1)
        #expect(taken.errors.contains("The id is taken."))
        for id in ["", String(repeating: "x", count: 256)] {
            #expect(try await scene.run("create", "--id", id).code == 1)
        }
    }

    @Test(arguments: LibraryKind.allCases)
    func renames(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill("a")
        #expect(try await scene.run("rename", "a", "A \"new\" 😀 title") == ("", "", 0))
        #expect(try await scene.json("list").texts("title") == ["A \"new\" 😀 title"])
        try await scene.output("rename", "a", "")
        #expect(try await scene.json("list").texts("title") == [nil])
        #expect(try await scene.run("rename", "b", "x") == ("", "convo: There is no conversation \"b\".\n", 1))
        #expect(try await scene.run("rename", "a", "two", "words").code == 64)
        #expect(try await scene.run("rename", "a").code == 64)
    }

    @Test(arguments: LibraryKind.allCases)
    func forks(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill { library in try await library.add("a", ["1", "2", "3"], title: "T") }
        let id = String(try await scene.output("fork", "a").dropLast())
        #expect(try await scene.json("show", id)["history"]?.texts("id") == ["a-0", "a-1", "a-2"])
        let fork = try await scene.json("fork", "a", "--after", "a-1", "--as", "b", "--title", "U")
        #expect(fork["title"] == "U")
        #expect(fork["origin"] == ["conversation": "a", "entry": "a-1"])
        try await scene.output("fork", "a", "--after", "1", "--as", "c")
        #expect(try await scene.json("show", "c")["history"]?.texts("id") == ["a-0"])
        try await scene.output("delete", "a")
        try await scene.output("purge", "a")
        #expect(try await scene.json("show", "b")["history"]?.texts("id") == ["a-0", "a-1"])
    }

    @Test(arguments: LibraryKind.allCases)
    func refusesToFork(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill("a", "b")
        for entry in ["nope", "0", "2"] {
            let run = try await scene.run("fork", "a", "--after", entry)
            #expect(run.code == 1)
            #expect(run.errors.contains("There is no such entry."))
        }
        #expect(try await scene.run("fork", "c").errors == "convo: There is no conversation \"c\".\n")
        #expect(try await scene.run("fork", "a", "--as", "b").errors.contains("The id is taken."))
        #expect(try await scene.json("list").arrayValue?.count == 2)
    }
}
