import ConversationHistory
import ConversationHistoryLibrary
import Testing

@Suite struct LibraryLocationTests {
    @Test(arguments: [
        ("conversations", LibraryLocation.directory("conversations")), ("./a b/日本", .directory("./a b/日本")),
        ("directory:a", .directory("a")), ("directory:sqlite:a", .directory("sqlite:a")),
        ("memory", .directory("memory")), ("sqlite", .directory("sqlite")), ("Sqlite:a", .directory("Sqlite:a")),
        ("C:a", .directory("C:a")), ("/a://b", .directory("/a://b")),
        ("sqlite:a.db", .sqlite("a.db")), ("sqlite:/a.db", .sqlite("/a.db")), ("sqlite:///a.db", .sqlite("/a.db")),
        ("sqlite:////a.db", .sqlite("//a.db")), ("memory:", .memory),
        ("postgresql://u:p@h/d", .postgresql(ConnectionURL("postgresql://u:p@h/d"))),
        ("postgres://", .postgresql(ConnectionURL("postgres://"))),
    ])
    func understands(_ text: String, _ location: LibraryLocation) throws {
        #expect(try LibraryLocation(text) == location)
    }

    @Test(arguments: ["", "directory:", "sqlite:", "sqlite://"])
    func refusesNothing(_ text: String) throws {
        let error = #expect(throws: LibraryConfigurationError.self) { try LibraryLocation(text) }
        #expect(error?.code == .empty)
        #expect(error?.variable == nil)
    }

    @Test(arguments: [
        "mysql://secret@host/x", "http://host", "POSTGRES://host", "file:///a", "://a", "memory:a", "postgres:a",
        "postgresql:/a", "sqlite://host/a.db", "postgresql+asyncpg://host/a",
    ])
    func refusesWhatIsElsewhere(_ text: String) throws {
        let error = #expect(throws: LibraryConfigurationError.self) { try LibraryLocation(text) }
        #expect(error?.code == .unknownScheme)
        #expect(error?.description.contains("secret") == false)
    }

    @Test(arguments: [
        "host=h password=secret dbname=d", "password=secret", "pasword=secret", "ada:secret@h/d", "//ada:secret@h/d",
        " postgresql://ada:secret@h/d", "sqlite:postgresql://ada:secret@h/d", "sqlite:a.db?key=secret",
        "sqlite:host=h password=secret", "jdbc:postgresql:secret",
    ])
    func aConnectionIsNoPath(_ text: String) throws {
        let error = #expect(throws: LibraryConfigurationError.self) { try LibraryLocation(text) }
        #expect(error?.code == .unknownScheme)
        #expect(error?.description.contains("secret") == false)
        // Where it is said that it is a directory, it is one.
        #expect(try LibraryLocation("directory:" + text) == .directory(text))
    }

    @Test(arguments: [
        LibraryLocation.memory, .directory("a"), .directory("sqlite:a"), .directory("memory:"), .directory("x://y"),
        .directory("directory:a"), .directory("host=a"), .directory("a:b@c"),
        .sqlite("a"), .sqlite("/a"), .sqlite("//a"), .sqlite("sqlite:a"),
        .postgresql(ConnectionURL("postgresql://host/d")),
    ])
    func isWrittenAsItIsRead(_ location: LibraryLocation) throws {
        #expect(try LibraryLocation(location.description) == location)
        #expect(location.debugDescription == location.description)
    }

    @Test func neverShowsAPassword() throws {
        let location = try LibraryLocation("postgresql://ada:hunter2@host/d")
        var dumped = ""
        dump(location, to: &dumped)
        for text in ["\(location)", String(reflecting: location), dumped] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("postgresql://ada:…@host/d"))
        }
    }
}
