import ConversationHistory
import Foundation
import TestSupport
import Testing

@testable import convo

@Suite struct ListCommandTests {
    @Test(arguments: LibraryKind.allCases)
    func listsWhatChangedLastFirst(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill("a", "b", "c")
        // The tests run in a time zone that is 5:45 ahead.
        #expect(
            try await scene.output("list") == """
                ID  CHANGED           MESSAGES  TITLE
                c   2025-03-03 05:45         1
                b   2025-03-02 05:45         1
                a   2025-03-01 05:45         1

                """
        )
        let list = try await scene.json("list")
        #expect(list.texts("id") == ["c", "b", "a"])
        #expect(list.texts("updated").first == "2025-03-03T00:00:00Z")
        #expect(list.each("messages").map { $0?.intValue } == [1, 1, 1])
        #expect(try await scene.json("list", "--order", "oldest", "--limit", "2").texts("id") == ["a", "b"])
    }

    @Test(arguments: LibraryKind.allCases)
    func filters(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill { library in
            try await library.add("a", title: "Trip to Tokyo", owner: Owner(user: "ada"), day: 0)
            try await library.add("b", title: "Trip to 東京", owner: Owner(user: "ada", organization: "x"), day: 1)
            try await library.add("c", title: "Taxes", owner: Owner(user: "bob"), day: 2)
        }
        #expect(try await scene.json("list", "--title", "trip").texts("id") == ["b", "a"])
        #expect(try await scene.json("list", "--title=京").texts("id") == ["b"])
        #expect(try await scene.json("list", "--since", "2025-03-02").texts("id") == ["c", "b"])
        #expect(try await scene.json("list", "--until", "2025-03-02").texts("id") == ["b", "a"])
        #expect(try await scene.json("list", "--until", "2025-03-02T00:00:00Z").texts("id") == ["a"])
        #expect(try await scene.json("list", "--user", "ada").texts("id") == ["b", "a"])
        #expect(try await scene.json("list", "--organization", "x").texts("id") == ["b"])
        #expect(try await scene.json("list", "--user", "nobody") == .array([]))
        #expect(try await scene.output("list").contains("  ada / x  Trip to 東京\n"))
        let nothing = try await scene.run("list", "--user", "nobody")
        #expect(nothing == ("", "", 0))
    }

    @Test(arguments: LibraryKind.allCases)
    func listsTheTrash(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill("a", "b")
        try await scene.output("delete", "a")
        #expect(try await scene.json("list").texts("id") == ["b"])
        let trash = try await scene.json("list", "--trash")
        #expect(trash.texts("id") == ["a"])
        #expect(trash.texts("deleted").first??.hasSuffix("Z") == true)
        #expect(try await scene.output("list", "--trash").hasPrefix("ID  CHANGED           MESSAGES  DELETED "))
    }

    @Test(arguments: LibraryKind.allCases)
    func followsThePages(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill { library in
            for number in 0..<1203 { try await library.add(ConversationID("\(number)"), day: number) }
        }
        let all = try await scene.json("list")
        #expect(all.texts("id") == (0..<1203).reversed().map(String.init))
        #expect(try await scene.json("list", "--limit", "1001").arrayValue?.count == 1001)
        let pipe = try await ConvoProcess.runShell("\"$0\" list --library \"$1\" | head -n 2", scene.location)
        #expect(pipe.output.split(separator: "\n").count == 2)
        #expect(pipe.errors == "")
    }

    @Test(arguments: LibraryKind.allCases)
    func whateverTitlesAndIdsHoldTheJSONIsValidAndTheTableClean(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        let title = "\"quotes\" \\ \u{0} \u{1B}[31mred\u{7} \r\n\tnext 👩‍👩‍👧 \u{202E}esrever\u{9B}2J \u{85}end"
        let ids = ["../x", "a/b", "two\nlines", "\u{1B}]0;title\u{7}", "-", "--json", " ", "日本", "é", "e\u{301}"]
        try await scene.fill { library in
            for (day, id) in ids.enumerated() { try await library.add(ConversationID(id), title: title, day: day) }
        }
        let list = try await scene.json("list", "--order", "oldest")
        #expect(list.arrayValue?.count == ids.count)
        #expect(zip(list.texts("id"), ids).allSatisfy { $0.map { Array($0.utf8) } == Array($1.utf8) })
        #expect(list.texts("title").allSatisfy { $0.map { Array($0.utf8) } == Array(title.utf8) })
        let table = try await scene.output("list")
        #expect(table.split(separator: "\n").count == ids.count + 1)
        let controls = table.unicodeScalars.filter { $0 != "\n" && $0.properties.generalCategory == .control }
        #expect(controls.isEmpty)
        #expect(!table.unicodeScalars.contains("\u{202E}"))
        #expect(table.contains("\"quotes\" \\ [31mred next 👩‍👩‍👧 esrever2J end\n"))
        // Each of them is reached by its name.
        for id in ids {
            #expect(try await scene.run("rename", "--", id, "renamed").code == 0)
        }
        #expect(try await scene.json("list").texts("title") == Array(repeating: "renamed", count: ids.count))
    }

    @Test(arguments: LibraryKind.allCases)
    func aMistypedPathIsNoEmptyLibrary(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        for command in [
            ["list"], ["stats"], ["verify"], ["export"], ["show", "a"], ["search", "a"], ["delete", "a"],
        ] {
            let run = try await ConvoProcess.run(command + ["--library", scene.location])
            if kind == .postgresql {
                #expect((run.output, run.code) == ("", 1))
                #expect(run.errors.hasSuffix(", schema conversation_history: There is no library in the schema.\n"))
            } else {
                #expect(run == ("", "convo: There is no library at \"\(scene.location)\".\n", 1))
            }
        }
        #expect(scene.home.names() == [])
    }

    @Test func aDirectoryWithSomethingElseIsNone() async throws {
        let scene = LibraryScene()
        scene.home.makeDirectory("library")
        #expect(try await scene.run("list").code == 0)
        scene.home.write("library/notes.txt", [1])
        #expect(try await scene.run("list").code == 1)
        let file = try await scene.run("list", library: scene.home.path("library/notes.txt"))
        #expect(file.code == 1)
        #expect(file.errors.contains("it is not a directory"))
    }

    @Test func marksWhatIsDamaged() async throws {
        let scene = LibraryScene()
        try await scene.fill("a", "b")
        scene.home.write("library/conversations/a.json", [UInt8]("{\"format\":\"conversation-history\"".utf8))
        let list = try await scene.json("list")
        #expect(list.each("damaged").compactMap { $0?.boolValue } == [true])
        #expect(try await scene.output("list").contains("(damaged)"))
        let problems = try await scene.run("verify")
        #expect(problems.code == 1)
        #expect(problems.output.contains("damagedHistory"))
    }
}
