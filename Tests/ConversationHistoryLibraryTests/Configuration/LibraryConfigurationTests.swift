import ConversationHistory
import ConversationHistoryLibrary
import Testing

@Suite struct LibraryConfigurationTests {
    private func configuration(_ environment: [String: String]) throws -> LibraryConfiguration {
        try LibraryConfiguration(environment: environment)
    }

    @Test func nothingSetIsMemory() throws {
        for environment in [[:], ["DB_BACKEND": "", "DATABASE_URL": "", "DB_PORT": "", "OTHER": "x"]] {
            let configuration = try configuration(environment)
            #expect(configuration == LibraryConfiguration())
            #expect(configuration.location == .memory)
            #expect(configuration.owner == Owner(user: "default_user", organization: "default_org"))
            #expect(configuration.poolSize == 5)
            #expect(configuration.maximumOverflow == 10)
        }
    }

    @Test func theDocumentedEnvironment() throws {
        let configuration = try configuration([
            "DB_BACKEND": "postgresql", "DB_HOST": "db.example", "DB_PORT": "6432", "DB_NAME": "agent",
            "DB_USER": "ada", "DB_PASSWORD": "p@ss/word", "DB_POOL_SIZE": "7", "DB_MAX_OVERFLOW": "0",
            "ENABLE_DB_PERSISTENCE": "true", "DEFAULT_USER_ID": "ada", "DEFAULT_ORG_ID": "analytical",
        ])
        let url = ConnectionURL("postgresql://ada:p%40ss%2Fword@db.example:6432/agent")
        #expect(configuration.location == .postgresql(url))
        #expect(configuration.owner == Owner(user: "ada", organization: "analytical"))
        #expect(configuration.poolSize == 7)
        #expect(configuration.maximumOverflow == 0)
    }

    @Test(arguments: [
        (["DB_BACKEND": "mock"], LibraryLocation.memory), (["DB_BACKEND": "memory"], .memory),
        (["DB_BACKEND": "directory", "DB_NAME": "a"], .directory("a")),
        (["DB_BACKEND": "directory", "DB_NAME": "sqlite:a"], .directory("sqlite:a")),
        (["DB_BACKEND": "sqlite", "DB_NAME": "a.db"], .sqlite("a.db")),
        (["DB_BACKEND": "postgresql"], .postgresql(ConnectionURL("postgresql://postgres@localhost:5432/fluxibly"))),
        (["DATABASE_URL": "sqlite:a.db"], .sqlite("a.db")),
        (["DATABASE_URL": "b", "DB_BACKEND": "sqlite", "DB_NAME": "a.db"], .directory("b")),
        (["DATABASE_URL": "b", "DB_BACKEND": "sqlite"], .directory("b")),
        (["DATABASE_URL": "b", "ENABLE_DB_PERSISTENCE": "false"], .memory),
        (["DB_BACKEND": "sqlite", "ENABLE_DB_PERSISTENCE": "0"], .memory),
        (["DATABASE_URL": "b", "ENABLE_DB_PERSISTENCE": "On"], .directory("b")),
    ])
    func locations(_ environment: [String: String], _ location: LibraryLocation) throws {
        #expect(try configuration(environment).location == location)
    }

    @Test(arguments: ["True", "yes", "1", "on", "FALSE", "no", "0", "off"])
    func saysYesOrNo(_ text: String) throws {
        let isOn = ["true", "yes", "1", "on"].contains(text.lowercased())
        let location = try configuration(["ENABLE_DB_PERSISTENCE": text, "DATABASE_URL": "a"]).location
        #expect(location == (isOn ? .directory("a") : .memory))
    }

    @Test(arguments: [
        ("DB_BACKEND", "hunter2"), ("DB_BACKEND", "PostgreSQL"), ("DB_PORT", "hunter2"), ("DB_PORT", "0"),
        ("DB_PORT", "65536"), ("DB_PORT", " 1"), ("DB_POOL_SIZE", "0"), ("DB_POOL_SIZE", "-1"), ("DB_POOL_SIZE", "1.5"),
        ("DB_POOL_SIZE", "99999999999999999999"), ("DB_MAX_OVERFLOW", "-1"), ("DB_MAX_OVERFLOW", "hunter2"),
        ("ENABLE_DB_PERSISTENCE", "hunter2"), ("ENABLE_DB_PERSISTENCE", "2"), ("DATABASE_URL", "mysql://u:hunter2@h"),
        ("DATABASE_URL", "sqlite:"),
    ])
    func refuses(_ variable: String, _ value: String) {
        // Also where other variables make it count for nothing.
        for others in [[:], ["ENABLE_DB_PERSISTENCE": "false"], ["DATABASE_URL": "a"]] {
            let environment = others.merging([variable: value]) { $1 }
            let error = #expect(throws: LibraryConfigurationError.self) { try configuration(environment) }
            #expect(error?.variable == variable)
            #expect(error?.description.contains(variable) == true)
            #expect(error?.description.contains("hunter2") == false)
        }
    }

    @Test(arguments: [
        ("directory", "DB_NAME"), ("sqlite", "DB_NAME"), ("postgresql", "DB_NAME"), ("postgresql", "DB_HOST"),
        ("postgresql", "DB_USER"),
    ])
    func aConnectionIsNoPartOfOne(_ backend: String, _ variable: String) {
        for value in ["postgresql://ada:hunter2@h/d", "host=h password=hunter2", "ada:hunter2@h"] {
            let error = #expect(throws: LibraryConfigurationError.self) {
                try configuration(["DB_BACKEND": backend, variable: value])
            }
            #expect(error?.code == .invalidValue)
            #expect(error?.variable == variable)
            #expect(error?.description.contains("hunter2") == false)
        }
    }

    @Test(arguments: ["directory", "sqlite"])
    func aFileNeedsAPath(_ backend: String) {
        let error = #expect(throws: LibraryConfigurationError.self) { try configuration(["DB_BACKEND": backend]) }
        #expect(error?.code == .missingValue)
        #expect(error?.variable == "DB_NAME")
    }
}
