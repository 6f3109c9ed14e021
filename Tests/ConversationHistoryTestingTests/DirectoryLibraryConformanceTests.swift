import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryTesting
import TestSupport
import Testing

/// The library in a directory, and its stores, run every clause and pass it.
@Suite struct DirectoryLibraryConformanceTests {
    typealias Library = DirectoryConversationLibrary<ChatMessage>

    private let directory = TemporaryDirectory()
    private let names = NameSource()

    private func suite() -> ConversationLibraryConformance<Library> {
        let (directory, names) = (directory, names)
        @Sendable func path(_ library: Library, _ name: String) -> String {
            (library.path.split(separator: "/").last.map(String.init) ?? "") + "/" + name
        }
        var suite = ConversationLibraryConformance(
            make: { Library(path: directory.path(names.next()), durability: .processCrash) },
            reopen: { Library(path: $0.path, durability: .processCrash) },
            faults: .init(
                damageHistory: { library, id in
                    let name = path(library, "conversations/\(id).json")
                    let bytes = try #require(directory.read(name))
                    directory.write(name, Array(bytes.prefix(bytes.count / 2)))
                },
                addStrays: { library in
                    directory.write(path(library, "conversations/.DS_Store"), [0, 1])
                    directory.write(path(library, "conversations/package.json"), Array("{}".utf8))
                },
                loseIndex: { library in
                    // It may be that it was not made yet.
                    let name = path(library, "index.json")
                    if directory.read(name) != nil { directory.remove(name) }
                },
                damageArtifact: { library, id in directory.write(path(library, "artifacts/\(id)/file"), [0]) }
            )
        )
        suite.backups = .init(
            newPath: { directory.path(names.next()) },
            open: { Library(path: $0, durability: .processCrash) }
        )
        return suite
    }

    @Test func library() async {
        var suite = suite()
        suite.asksForTooLargeArtifact = true
        let report = await suite.run()
        #expect(report.skipped.isEmpty)
    }

    @Test func stores() async throws {
        var suite = try await suite().storeConformance()
        suite.largeByteCount = 1 << 20
        await suite.run()
    }
}
