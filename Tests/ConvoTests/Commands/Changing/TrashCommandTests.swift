import ConversationHistory
import TestSupport
import Testing

@testable import convo

/// `delete`, `restore` and `purge`.
@Suite struct TrashCommandTests {
    @Test(arguments: LibraryKind.allCases)
    func deletesAndRestores(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill("a", "b", "c")
        #expect(try await scene.run("delete", "a", "b") == ("", "", 0))
        #expect(try await scene.json("list").texts("id") == ["c"])
        #expect(try await scene.run("restore", "b") == ("", "", 0))
        #expect(try await scene.json("list").texts("id") == ["c", "b"])
        #expect(try await scene.json("show", "b")["history"]?.texts("id") == ["b-0"])
    }

    @Test(arguments: LibraryKind.allCases)
    func whatIsNotThereKeepsNothingElseFromBeingDone(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill("a", "b")
        let deleted = try await scene.run("delete", "../x\n\u{1B}[2J", "a", "a", "b")
        #expect(deleted.code == 1)
        #expect(
            deleted.errors == """
                convo: There is no conversation "../x [2J".
                convo: The conversation "a" is in the trash. Use `convo restore` to restore it.

                """
        )
        #expect(try await scene.json("list") == [])
        let restored = try await scene.run("restore", "a", "c", "a")
        #expect(restored.code == 1)
        #expect(
            restored.errors == """
                convo: There is no conversation "c" in the trash.
                convo: There is no conversation "a" in the trash.

                """
        )
        #expect(try await scene.json("list").texts("id") == ["a"])
    }

    @Test(arguments: LibraryKind.allCases)
    func purgesOnlyWhatIsInTheTrash(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill("a", "b", "c", "d")
        try await scene.output("artifact", "put", "a", "x", "/dev/null")
        try await scene.output("delete", "a", "b", "c")
        #expect(try await scene.run("purge").code == 64)
        #expect(try await scene.run("purge", "--all", "a").code == 64)
        let one = try await scene.run("purge", "a", "d")
        #expect(one.code == 1)
        #expect(one.output == "a\n")
        #expect(
            one.errors == """
                Deleted 1 conversation with 1 entry and 1 artifact.
                convo: There is no conversation "d" in the trash.

                """
        )
        #expect(try await scene.json("purge", "--all", "--before", "2025-01-01")["conversations"] == [])
        #expect(
            try await scene.json("purge", "--all") == ["conversations": ["b", "c"], "entries": 2, "artifacts": 0]
        )
        #expect(try await scene.json("list", "--trash") == [])
        #expect(try await scene.json("list").texts("id") == ["d"])
        #expect(try await scene.run("restore", "b").code == 1)
    }

    @Test(arguments: LibraryKind.allCases)
    func anotherOwnersConversationIsNotThere(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill { library in try await library.add("a", owner: Owner(user: "ada")) }
        let unknown = "convo: There is no conversation \"a\".\n"
        for command in [
            ["delete", "a"], ["rename", "a", "x"], ["fork", "a"], ["show", "a"], ["artifact list", "a"],
        ] {
            let words = command[0].split(separator: " ").map(String.init)
            let arguments = words + command.dropFirst() + ["--library", scene.location, "--user", "bob"]
            let run = try await ConvoProcess.run(arguments)
            #expect(run == ("", unknown, 1))
        }
        try await scene.output("delete", "a", "--user", "ada")
        #expect(try await scene.json("purge", "--all", "--user", "bob")["conversations"] == [])
        #expect(try await scene.json("list", "--trash").texts("id") == ["a"])
    }
}
