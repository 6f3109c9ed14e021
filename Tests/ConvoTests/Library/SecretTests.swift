import ConversationHistory
import TestSupport
import Testing

@testable import convo

/// Passwords of databases, in connections that are right and in those that are not, given where a connection is expected
/// and where something else is.
@Suite(.serialized) struct SecretTests {
    private static let connections = [
        "postgresql://ada:SEKRET/word@127.0.0.1:1/db", "postgresql://ada:SEKRET", "postgresql://ada:SEKRET/db",
        "postgresql://ada:SEKRET:5432/db", "postgresql://ada:x@SEKRET@127.0.0.1:1/db",
        "postgresql://ada:SEKRET@x@127.0.0.1:1/db", "postgresql://ada:x?SEKRET@127.0.0.1:1/db",
        "postgresql://ada:x#SEKRET@127.0.0.1:1/db", "postgresql://ada:x%SEKRET@127.0.0.1:1/db",
        "postgresql://ada:SEKRET%zz@127.0.0.1:1/db", "postgres://ada:SEKRET@127.0.0.1:1/db",
        "postgresql://:SEKRET@127.0.0.1:1/db", "postgresql://127.0.0.1:1/db?password=SEKRET",
        "postgresql://127.0.0.1:1/db?pasword=SEKRET", "postgresql://127.0.0.1:1/db&password=SEKRET",
        "postgresql://127.0.0.1:1/db?sslmode=SEKRET", "postgresql://127.0.0.1:1/db?connect_timeout=SEKRET",
        "postgresql://ada%3ASEKRET@127.0.0.1:1/db", "postgresql://127.0.0.1:SEKRET/db",
        "postgresql://127.0.0.1:1,127.0.0.1:SEKRET/db", "postgresql://[::1:SEKRET@h/db", "postgresql:/ada:SEKRET@h/db",
        "postgresql:ada:SEKRET@h/db", "postgresql//ada:SEKRET@h/db", "POSTGRESQL://ada:SEKRET@h/db",
        " postgresql://ada:SEKRET@h/db", "\"postgresql://ada:SEKRET@h/db\"",
        "jdbc:postgresql://h/db?user=ada&password=SEKRET", "postgresql+asyncpg://ada:SEKRET@h/db", "//ada:SEKRET@h/db",
        "ada:SEKRET@h/db", "ada:SEKRET/x@h/db", "host=127.0.0.1 port=1 password=SEKRET dbname=db",
        "host = 127.0.0.1 password = 'SEKRET'", "password=SEKRET", "dbname='db' PASSWORD=SEKRET",
        "hots=h pasword=SEKRET", "pasword=SEKRET", "sqlite://ada:SEKRET@h/db", "sqlite:postgresql://ada:SEKRET@h/db",
        "sqlite:host=h password=SEKRET", "sqlite:/none/a.db?key=SEKRET", "mysql://ada:SEKRET@h/db", "redis://:SEKRET@h",
        "dbname=postgresql://ada:SEKRET@127.0.0.1:1/db",
    ]

    /// Commands that say what they were given in each of their ways; words of a shell, with the connection as `$C`.
    private static let uses = [
        "list --library \"$C\"", "create --library=\"$C\"", "list \"$C\"", "chat --store \"$C\"",
        "backup --library lib \"$C\"",
    ]

    /// Commands, of which a few connections are enough to see that they treat them as those above do.
    private static var otherUses: [String] {
        let commands = Convo.commands.filter { $0.options.contains { $0.name == "library" } }
        let withLibrary = commands.map { command -> String in
            let operands = ["artifact put": "a b /dev/null", "import": "/dev/null"]
            let count = min(2, command.operands.split(separator: " ").count)
            let words = operands[command.name] ?? Array(repeating: "a", count: count).joined(separator: " ")
            return "\(command.name) --library \"$C\" \(words)"
        }
        let elsewhere = [
            "list \"--library$C\"", "list \"-l$C\"", "list \"--$C\"", "\"$C\"", "\"$C\" list", "help \"$C\"",
            "artifact \"$C\"", "list --library lib --limit \"$C\"", "list --library lib --since \"$C\"",
            "list --library lib --order \"$C\"", "chat \"$C\"", "chat --ephemeral --timeout \"$C\"",
            "chat --ephemeral --model \"$C\"", "chat --ephemeral --endpoint \"$C\" --model m",
            "import --library lib \"$C\"", "import --library lib --format \"$C\" x",
            "artifact put --library lib a b \"$C\"", "artifact get --library lib a b --output \"$C\"",
            "export --library lib --output \"$C\"", "show --library lib a \"$C\"",
        ]
        return withLibrary + elsewhere
    }

    /// Runs each command in an empty directory, and expects that it fails, tells nothing and makes nothing.
    private func expectNothing(_ script: String, _ arguments: [String]) async throws {
        let home = TemporaryDirectory()
        let process = try ConvoProcess([home.path] + arguments, shell: "cd \"$1\" || exit 1; shift; \(script)")
        process.endInput()
        _ = try await process.exitCode()
        #expect(!process.output.contains("SEKRET"))
        for line in process.errors.split(separator: "\n") where line.contains("SEKRET") {
            Issue.record("\(script): \(line)")
        }
        #expect(!process.output.contains("did it"))
        #expect(home.names() == [])
    }

    @Test(arguments: uses)
    func areNeverShown(_ use: String) async throws {
        try await expectNothing("for C; do \"$0\" \(use) && echo did it; done", Self.connections)
    }

    @Test func areNeverShownByAnyCommand() async throws {
        let connections = Self.connections.enumerated().filter { $0.offset % 9 == 0 }.map(\.element)
        for use in Self.otherUses {
            try await expectNothing("for C; do \"$0\" \(use) && echo did it; done", connections)
        }
    }

    @Test(arguments: ["DATABASE_URL", "DB_NAME", "DB_HOST", "DB_USER"])
    func areNeverShownFromTheEnvironment(_ variable: String) async throws {
        let connections = Self.connections.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        let common = "DB_PORT=1 DB_PASSWORD=SEKRET"
        for backend in variable == "DATABASE_URL" ? ["mock"] : ["postgresql", "sqlite", "directory"] {
            // What counts for nothing there would be no part of a connection.
            guard variable == "DB_NAME" || backend == "postgresql" || backend == "mock" else { continue }
            let host = variable == "DB_HOST" ? "" : "DB_HOST=127.0.0.1"
            try await expectNothing(
                "for C; do env \(common) \(host) DB_BACKEND=\(backend) \(variable)=\"$C\" \"$0\" create && echo did it; done",
                variable == "DATABASE_URL" ? Self.connections : connections
            )
        }
    }

    /// A fork at the terminal is a path as well.
    @Test func areNoNamesOfForks() async throws {
        let home = TemporaryDirectory()
        let lines = Self.connections.map { "/fork \($0)\n" }.joined() + "/fork a\u{FFFD}.json\n"
        let run = try await ConvoProcess.run(["chat", "--store", home.path("chat.json")], input: "hi\n" + lines)
        #expect(run.code == 1)
        #expect(!run.errors.contains("SEKRET") && !run.output.contains("SEKRET"))
        #expect(home.names().filter { !$0.hasPrefix(".") } == ["chat.json"])
    }
}
