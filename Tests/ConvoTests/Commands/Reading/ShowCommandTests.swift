import ConversationHistory
import TestSupport
import Testing

@testable import ConversationHistoryLibrary
@testable import convo

@Suite struct ShowCommandTests {
    /// A conversation of five entries, one of them an action.
    private func scene(_ kind: LibraryKind) async throws -> LibraryScene {
        let scene = LibraryScene(kind)
        try await scene.fill { library in
            try await library.add("a", ["one", "two\nlines\u{1B}[2J", "three", "four"], title: "A talk")
            let action = HistoryAction(name: "pressed", payload: ["button": "ok"])
            try await library.append([HistoryEntry(.action(action), id: "action", date: nil, sender: "ada")], to: "a")
        }
        return scene
    }

    @Test(arguments: LibraryKind.allCases)
    func showsEntriesWithNumbers(_ kind: LibraryKind) async throws {
        let scene = try await scene(kind)
        let text = try await scene.output("show", "a", "--offset", "1", "--limit", "1")
        #expect(text.hasPrefix("A talk\na, created 2025-03-01 05:45, changed "))
        #expect(text.hasSuffix("\n\n2  assistant, 2025-03-01 05:45\n   two\n   lines[2J\n"))
        let all = try await scene.output("show", "a")
        #expect(all.hasSuffix("\n\n5  action pressed, from ada\n   {\"button\":\"ok\"}\n"))
        #expect(all.split(separator: "\n").filter { $0.first?.isNumber == true }.count == 5)
    }

    @Test(arguments: LibraryKind.allCases)
    func printsEntriesAsTheyAreStored(_ kind: LibraryKind) async throws {
        let scene = try await scene(kind)
        let shown = try await scene.json("show", "a")
        #expect(shown["title"] == "A talk")
        #expect(shown["entries"] == 5)
        let history = try #require(shown["history"])
        #expect(history.texts("id") == ["a-0", "a-1", "a-2", "a-3", "action"])
        #expect(history[1]?["message"]?["content"]?[0]?["text"] == "two\nlines\u{1B}[2J")
        #expect(history[4]?["action"] == ["name": "pressed", "payload": ["button": "ok"]])
        let part = try await scene.json("show", "--offset=2", "--limit=10", "--messages-only", "a")
        #expect(part["offset"] == 2)
        #expect(part["history"]?.texts("id") == ["a-2", "a-3"])
        #expect(try await scene.json("show", "a", "--offset", "9")["history"] == [])
    }

    @Test(arguments: LibraryKind.allCases)
    func followsThePages(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill { library in try await library.add("a", (0..<1100).map(String.init)) }
        let history = try await scene.json("show", "a")["history"]
        #expect(history?.texts("id") == (0..<1100).map { "a-\($0)" })
        let part = try await scene.json("show", "a", "--offset", "300", "--limit", "700")["history"]
        #expect(part?.texts("id") == (300..<1000).map { "a-\($0)" })
    }

    @Test(arguments: LibraryKind.allCases)
    func saysWhatIsNotThere(_ kind: LibraryKind) async throws {
        let scene = try await scene(kind)
        #expect(try await scene.run("show", "b").errors == "convo: There is no conversation \"b\".\n")
        #expect(try await scene.run("show", "a", "--user", "ada").errors == "convo: There is no conversation \"a\".\n")
    }

    @Test(arguments: LibraryKind.allCases)
    func showsWhatIsInTheTrash(_ kind: LibraryKind) async throws {
        let scene = try await scene(kind)
        let before = try await scene.json("show", "a")
        try await scene.output("delete", "a")
        let after = try await scene.json("show", "a")
        #expect(after["history"] == before["history"])
        #expect(after["deleted"] != nil)
        #expect(try await scene.json("show", "a", "--offset=1", "--limit=2")["history"]?.texts("id") == ["a-1", "a-2"])
        #expect(try await scene.output("show", "a").contains(", in the trash since "))
        #expect(try await scene.json("list", "--trash").texts("id") == ["a"])
    }
}
