import ConversationHistory
import ConversationHistoryExchange
import ConversationHistoryLibrary
import TestSupport
import Testing

/// What an import promises of every kind of library.
@Suite struct ImportFeatures {
    private typealias Memory = InMemoryConversationLibrary<ChatMessage>

    /// A library of one conversation with files.
    private func library(saying text: String, _ files: [(String, [UInt8])]) async throws -> Memory {
        let library = Memory()
        try await library.store(for: "c").save(ConversationSnapshot(messages: [ChatMessage.user(text)]))
        for (name, data) in files { _ = try await library.saveArtifact(data, named: name, type: "t", in: "c") }
        return library
    }

    private func new() async throws -> Memory {
        try await library(saying: "new", [("f", [1]), ("f", [2]), ("g", [5]), ("g", [6]), ("h", [7])])
    }

    /// What is there of a conversation, but for dates.
    private func described(_ library: some ConversationLibrary<ChatMessage>) async throws -> [String] {
        let contents = try await library.contents(of: "c")
        return contents.snapshot.messages.map(\.text)
            + contents.artifacts.map { "\($0.info.name) \($0.info.version) \($0.info.type ?? "") \($0.data)" }
    }

    private func replace(in library: some ConversationLibrary<ChatMessage>) async throws {
        let old = try await self.library(saying: "old", [("f", [8]), ("g", [5]), ("mine", [9])])
        try await LibraryImporter(library).importing(LibraryExporter(old).exported())
        #expect(try await described(library) == described(old))
        let new = try await new()
        let importer = LibraryImporter(library, collision: .replace)
        #expect(try await importer.importing(LibraryExporter(new).exported()).replaced.count == 1)
        #expect(try await described(library) == described(new))
        #expect(try await importer.importing(LibraryExporter(new).exported()).alreadyThere.count == 1)
    }

    @Test(arguments: LibraryKind.allCases) func oneConversationTakesThePlaceOfAnother(kind: LibraryKind) async throws {
        let home = TemporaryDirectory()
        try await replace(in: kind.open(in: home))
    }

    private func complete(in library: some ConversationLibrary<ChatMessage>) async throws {
        let new = try await new()
        let archive = try await LibraryExporter(new).exported()
        try await LibraryImporter(library).importing(archive)
        // As an import that was cut off after the first file would have left it.
        for name in ["g", "h"] { try await library.removeArtifact(named: name, in: "c") }
        #expect(try await LibraryImporter(library).importing(archive).imported.count == 1)
        #expect(try await described(library) == described(new))
    }

    @Test(arguments: LibraryKind.allCases) func whatWasCutOffIsCompleted(kind: LibraryKind) async throws {
        let home = TemporaryDirectory()
        try await complete(in: kind.open(in: home))
    }
}
