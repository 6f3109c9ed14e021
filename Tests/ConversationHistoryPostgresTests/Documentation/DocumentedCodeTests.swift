#if PostgreSQL
import ConversationHistoryPostgres
import Foundation
import TestSupport
import Testing

/// What the catalogue shows stands, line by line, in the snippets, which are compiled.
@Suite("The documentation of the PostgreSQL library")
struct DocumentedCodeTests {
    private static let root = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }

    @Test(
        "Every block of code is compiled",
        arguments: ["ConversationHistoryPostgres.md", "Guides/RolesAndOwners.md"]
    )
    func everyBlockIsCompiled(_ document: String) throws {
        let path = "/Sources/ConversationHistoryPostgres/ConversationHistoryPostgres.docc/" + document
        let snippets = try Self.lines(of: "/Tests/ConversationHistoryPostgresTests/Documentation/Snippets.swift")
        let compiled = snippets.joined(separator: "\n")
        var block: [String]?
        var count = 0
        for line in try Self.lines(of: path) {
            if line == "```swift" {
                block = []
            } else if line == "```", let code = block {
                #expect(compiled.contains(code.joined(separator: "\n")), "\(code.first ?? "")")
                count += 1
                block = nil
            } else if !line.hasPrefix("import ") {
                block?.append(line)
            }
        }
        #expect(count > 0)
    }

    @Test("Every block of SQL is run, each in a session of its own", .withOwnServer)
    func everyBlockIsRun() async throws {
        let server = try PostgresServer()
        _ = try await ChatLibrary(PostgresConfiguration(url: server.url))
        let catalogue = "/Sources/ConversationHistoryPostgres/ConversationHistoryPostgres.docc/"
        var count = 0
        for document in ["ConversationHistoryPostgres.md", "Guides/RolesAndOwners.md", "Guides/TheSchema.md"] {
            var block: [String]?
            for line in try Self.lines(of: catalogue + document) {
                if line == "```sql" {
                    block = []
                } else if line == "```", let lines = block {
                    let commands = lines.joined(separator: "\n").split(
                        separator: ";\n",
                        omittingEmptySubsequences: true
                    )
                    _ = try server.execute(commands.map(String.init))
                    count += 1
                    block = nil
                } else {
                    block?.append(line)
                }
            }
        }
        #expect(count >= 2)
    }

    /// The lines that are not empty, without the spaces at their start.
    private static func lines(of path: String) throws -> [String] {
        try String(contentsOfFile: root + path, encoding: .utf8).split(separator: "\n")
            .map { String($0.drop { $0 == " " }) }
    }
}
#endif
