import ConversationHistory
import Testing

@testable import ConversationHistoryLibrary
@testable import convo

@Suite struct LibraryOptionsTests {
    private func options(_ arguments: String..., environment: [String: String] = [:]) throws -> LibraryOptions {
        try options(arguments, environment)
    }

    private func options(_ arguments: [String], _ environment: [String: String]) throws -> LibraryOptions {
        let options = LibraryOptions.declared
        return try LibraryOptions(
            ParsedArguments(arguments, command: "list", options: options, environment: environment)
        )
    }

    @Test func whatIsGivenWins() throws {
        let environment = ["DATABASE_URL": "sqlite:a.db", "DEFAULT_USER_ID": "ada", "DB_PORT": "wrong"]
        let options = try options("--library", "b", environment: environment)
        #expect(options.location == .directory("b"))
        #expect(options.owner == nil)
        let scoped = try self.options("--library=sqlite:b", "--organization", "x", environment: environment)
        #expect(scoped.location == .sqlite("b"))
        #expect(scoped.owner == Owner(organization: "x"))
    }

    @Test func theEnvironmentCountsWhereNothingIsGiven() throws {
        let environment = ["DATABASE_URL": "sqlite:a.db", "DEFAULT_USER_ID": "ada"]
        #expect(try options(environment: environment).location == .sqlite("a.db"))
        #expect(try options(environment: environment).owner == Owner(user: "ada", organization: "default_org"))
        let bob = try options("--user", "bob", environment: environment)
        #expect(bob.owner == Owner(user: "bob", organization: "default_org"))
    }

    @Test(arguments: [
        [:], ["DATABASE_URL": ""], ["DB_NAME": "a"], ["DB_BACKEND": "mock"], ["DATABASE_URL": "memory:"],
        ["DB_BACKEND": "sqlite"], ["DATABASE_URL": "a", "DB_PORT": "x"],
        ["DATABASE_URL": "a", "ENABLE_DB_PERSISTENCE": "false"],
    ])
    func refuses(_ environment: [String: String]) {
        #expect(throws: UsageError.self) { try options(environment: environment) }
    }

    @Test(arguments: [
        ["--library", ""], ["--library", "mysql://x"], ["--library", "memory:"], ["--library", "a", "--user", ""],
    ])
    func refuses(_ arguments: [String]) throws {
        #expect(throws: UsageError.self) { try options(arguments, ["DATABASE_URL": "a"]) }
    }
}
