import ConversationHistory
import TestSupport
import Testing

@testable import convo

@Suite struct SearchCommandTests {
    private func scene(_ kind: LibraryKind) async throws -> LibraryScene {
        let scene = LibraryScene(kind)
        try await scene.fill { library in
            try await library.add(
                "a",
                ["a trip to Tokyo", "to Tokyo, to Tokyo"],
                title: "T",
                owner: Owner(user: "ada")
            )
            try await library.add("b", ["東京に行く", "naïve *AND* \"trip\""], owner: Owner(user: "bob"), day: 1)
        }
        return scene
    }

    private func found(_ json: JSONValue) -> [String] {
        (json.arrayValue ?? []).map { "\($0["conversation"]?.stringValue ?? "")\($0["position"]?.intValue ?? -1)" }
    }

    @Test(arguments: LibraryKind.allCases)
    func findsAndFilters(_ kind: LibraryKind) async throws {
        let scene = try await scene(kind)
        #expect(found(try await scene.json("search", "--", "trip")) == ["b1", "a0"])
        #expect(found(try await scene.json("search", "--", "京")) == ["b0"])
        #expect(found(try await scene.json("search", "--", "TRIP", "TOKYO")) == ["a0"])
        #expect(found(try await scene.json("search", "--order", "rank", "--", "\"to tokyo\"")) == ["a1", "a0"])
        #expect(found(try await scene.json("search", "trip", "--role", "assistant,tool")) == ["b1"])
        #expect(found(try await scene.json("search", "trip", "--role", "user, assistant")) == ["b1", "a0"])
        #expect(try await scene.run("search", "trip", "--role", " , ").code == 64)
        #expect(found(try await scene.json("search", "trip", "--conversation", "a")) == ["a0"])
        #expect(found(try await scene.json("search", "trip", "--until", "2025-03-01")) == ["a0"])
        #expect(found(try await scene.json("search", "trip", "--since", "2025-03-02")) == ["b1"])
        #expect(found(try await scene.json("search", "trip", "--limit", "1")) == ["b1"])
        #expect(found(try await scene.json("search", "trip", "--user", "ada")) == ["a0"])
        #expect(found(try await scene.json("search", "--", "-", "*", "(")) == [])
        let hit = try await scene.json("search", "naive")[0]
        #expect(hit?["role"] == "assistant")
        #expect(hit?["snippet"]?["matches"] == [[0, 6]])
        #expect(hit?["occurrences"] == 1)
    }

    @Test(arguments: LibraryKind.allCases)
    func printsWhereAndWhat(_ kind: LibraryKind) async throws {
        let scene = try await scene(kind)
        #expect(
            try await scene.output("search", "--order", "rank", "--", "tokyo") == """
                a  entry 2  assistant  2025-03-01 05:45  T
                    to Tokyo, to Tokyo
                a  entry 1  user  2025-03-01 05:45  T
                    a trip to Tokyo

                """
        )
        try await scene.output("delete", "a")
        #expect(try await scene.run("search", "--conversation", "a", "x").errors.contains("is in the trash"))
        #expect(try await scene.run("search", "--", "nowhere") == ("", "", 0))
        #expect(try await scene.run("search", "--conversation", "c", "x").code == 1)
        #expect(try await scene.run("search").code == 64)
    }

    @Test(arguments: LibraryKind.allCases)
    func noQueryIsWrong(_ kind: LibraryKind) async throws {
        let scene = try await scene(kind)
        for query in [
            "\"", "AND", "a OR", "*", "NEAR(", "'; DROP TABLE entries; --", "\u{1B}[2J",
            String(repeating: "x ", count: 5000),
        ] {
            let run = try await scene.run("search", "--", query)
            #expect(run.code == 0)
            #expect(run.errors == "")
        }
    }
}
