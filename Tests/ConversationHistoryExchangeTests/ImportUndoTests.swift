import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryExchange
@testable import ConversationHistoryLibrary

/// What others do to a conversation while an import of it fails, or is made twice at once.
@Suite struct ImportUndoTests {
    typealias Library = ExchangeSample.Library

    private static let theirs = ExchangeSample.message(2, "theirs")

    /// Says something in the conversation, wherever it is, as somebody does who takes it out of the trash for it.
    private static func say(in library: Library) async throws {
        let isDeleted = try await library.info(of: "c").deleted != nil
        if isDeleted { try await library.restore("c") }
        try await library.append([theirs], to: "c")
        if isDeleted { try await library.delete("c") }
    }

    @Test(
        "What others have said is not undone with a failed import, at whatever moment they say it",
        arguments: [FailingLibrary.Verb.saveArtifact, .delete, .purge]
    )
    func said(verb: FailingLibrary.Verb) async throws {
        let library = Library()
        let archive = try await ExchangeSample.small()
        let failing = FailingLibrary(
            library,
            .changes { asked, _ in
                // A failure shows in what is there afterwards.
                if asked == verb { try? await Self.say(in: library) }
                return asked == .saveArtifact
            }
        )
        await #expect(throws: ArchiveError.self) { try await LibraryImporter(failing).importing(archive) }
        let left = try #require(try await library.contentsIfPresent(of: "c"))
        #expect(left.snapshot.entries.last == Self.theirs)
        #expect(left.isDeleted == (verb == .purge))
    }

    @Test("Nor is a file that others have kept, nor a title that they gave", arguments: [true, false])
    func kept(isFile: Bool) async throws {
        let library = Library()
        let archive = try await ExchangeSample.small()
        let failing = FailingLibrary(
            library,
            .changes { verb, _ in
                guard verb == .saveArtifact else { return false }
                // A failure shows in what is there afterwards.
                if isFile {
                    _ = try? await library.saveArtifact([9], named: "theirs", type: nil, in: "c")
                } else {
                    try? await library.rename("c", to: "theirs")
                }
                return true
            }
        )
        await #expect(throws: ArchiveError.self) { try await LibraryImporter(failing).importing(archive) }
        if isFile {
            #expect(try await library.artifact(named: "theirs", in: "c").data == [9])
        } else {
            #expect(try await library.info(of: "c").title == "theirs")
        }
    }

    @Test("An undo that finds nothing of others leaves nothing")
    func undone() async throws {
        let library = Library()
        let failing = FailingLibrary(library, .saveArtifact, of: "c")
        let archive = try await ExchangeSample.small()
        await #expect(throws: ArchiveError.self) { try await LibraryImporter(failing).importing(archive) }
        #expect(try await library.statistics() == LibraryStatistics())
    }

    // MARK: - Replacing

    /// A library with another conversation of the id, with a file in two versions, and one that the archive lacks.
    private func taken() async throws -> Library {
        let library = Library()
        try await LibraryImporter(library).importing(ExchangeSample.small("c", "different"))
        for (name, data) in [("f", [8]), ("f", [9]), ("mine", [10])] as [(String, [UInt8])] {
            _ = try await library.saveArtifact(data, named: name, type: nil, in: "c")
        }
        return library
    }

    @Test("A version that others have kept meanwhile is not taken away by what puts the old state back")
    func versionStays() async throws {
        let library = try await taken()
        let failing = FailingLibrary(
            library,
            .changes { verb, number in
                // A failure shows in what is there afterwards.
                if number == 1 { _ = try? await library.saveArtifact([11], named: "f", type: nil, in: "c") }
                return verb == .save
            }
        )
        let archive = try await ExchangeSample.small()
        let importer = LibraryImporter(failing, collision: .replace)
        await #expect(throws: ArchiveError.self) { try await importer.importing(archive) }
        #expect(try await library.artifact(named: "f", in: "c").data == [11])
        #expect(try await library.artifact(named: "mine", in: "c").data == [10])
        #expect(try await library.store(for: "c").load()?.messages.first?.text == "different")
    }

    @Test("A replacement does not take away a version that was not there when it began")
    func removedAsSeen() async throws {
        let library = try await taken()
        let failing = FailingLibrary(
            library,
            .changes { verb, _ in
                // A failure shows in what is there afterwards.
                if verb == .save { _ = try? await library.saveArtifact([12], named: "mine", type: nil, in: "c") }
                return false
            }
        )
        let archive = try await ExchangeSample.small()
        let importer = LibraryImporter(failing, collision: .replace)
        await #expect(throws: ArchiveError.self) { try await importer.importing(archive) }
        #expect(try await library.artifact(named: "mine", in: "c").data == [12])
    }

    // MARK: - Twice at once

    /// An archive of one conversation with three files.
    private func archive() async throws -> [UInt8] {
        let library = Library()
        try await LibraryImporter(library).importing(ExchangeSample.small())
        for name in ["g", "h"] { _ = try await library.saveArtifact([7], named: name, type: nil, in: "c") }
        return try await LibraryExporter(library).exported()
    }

    /// Imports an archive four times at once.
    ///
    /// - Returns: How many conversations each of them has imported, sorted.
    private func importAtOnce<Other: ConversationLibrary>(
        _ archive: [UInt8],
        into library: Other
    ) async throws -> [Int] where Other.Message == ChatMessage {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask { try await LibraryImporter(library).importing(archive).imported.count }
            }
            var counts: [Int] = []
            for try await count in group { counts.append(count) }
            return counts.sorted()
        }
    }

    @Test("Imports of one archive at once keep each file once")
    func atOnce() async throws {
        let archive = try await archive()
        let library = Library()
        let slow = FailingLibrary(
            library,
            .changes { _, _ in
                for _ in 0..<200 { await Task.yield() }
                return false
            }
        )
        #expect(try await importAtOnce(archive, into: slow) == [0, 0, 0, 1])
        #expect(try await LibraryExporter(library).exported() == archive)
        let scene = LibraryScene()
        #expect(try await importAtOnce(archive, into: scene.library()) == [0, 0, 0, 1])
        #expect(try await LibraryExporter(scene.library()).exported() == archive)
    }
}
