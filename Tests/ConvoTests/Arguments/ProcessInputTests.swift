import TestSupport
import Testing

/// Names that are not UTF-8, which would become each other when they are read with replacement characters.
@Suite struct ProcessInputTests {
    private func run(_ script: String, _ home: TemporaryDirectory) async throws -> (output: String, errors: String) {
        let prelude = "cd \"$1\"; x=$(printf 'a\\377.json'); y=$(printf 'a\\376.json'); "
        return try await ConvoProcess.runShell(prelude + script, home.path)
    }

    @Test(arguments: [
        "chat --store \"$x\"", "list --library \"$x\"", "create --library lib --title \"$x\"",
        "export --library lib --output \"$x\"", "show --library lib \"$x\"", "\"$x\"", "import --library lib -- \"$x\"",
    ])
    func areRefusedAsArguments(_ use: String) async throws {
        let home = TemporaryDirectory()
        let run = try await run("echo hi | \"$0\" \(use); echo $? >&2", home)
        #expect(run.output == "")
        #expect(run.errors.contains(" is not valid UTF-8"))
        #expect(run.errors.hasSuffix("\n64\n"))
        #expect(run.errors.split(separator: "\n").count == 2)
        #expect(home.names() == [])
    }

    @Test(arguments: ["DB_NAME", "DATABASE_URL", "DEFAULT_USER_ID", "OPENAI_API_KEY"])
    func areRefusedInTheEnvironment(_ variable: String) async throws {
        let home = TemporaryDirectory()
        let script = "echo hi | env DB_BACKEND=directory \(variable)=\"$x\" \"$0\" chat; echo $? >&2"
        let run = try await run(script, home)
        #expect(run.errors.contains("environment variable \(variable) is not valid UTF-8"))
        #expect(run.errors.hasSuffix("\n64\n"))
        #expect(home.names() == [])
    }

    @Test func filesOfOtherNamesStayApart() async throws {
        let home = TemporaryDirectory()
        let script = """
            for name in "é.json" "日本.json"; do echo "$name" | "$0" chat --store "$name" > /dev/null 2>&1; done
            for name in "$x" "$y"; do echo hi | "$0" chat --store "./$name" > /dev/null 2>&1; done
            """
        _ = try await run(script, home)
        #expect(home.names().filter { !$0.hasPrefix(".") } == ["é.json", "日本.json"])
    }
}
