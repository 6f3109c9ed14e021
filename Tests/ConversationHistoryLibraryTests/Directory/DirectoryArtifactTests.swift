import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

@Suite("Artifacts of a library in a directory")
struct DirectoryArtifactTests {
    let scene = LibraryScene()

    @Test("The newest version is a file of that name, and the older ones are kept")
    func versions() async throws {
        try await scene.add("trip", "hello")
        let library = scene.library()
        for byte in 1...3 as ClosedRange<UInt8> {
            let info = try await library.saveArtifact([byte], named: "task.md", type: "text/markdown", in: "trip")
            #expect(info.version == Int(byte))
            #expect(scene.home.read("library/artifacts/trip/task.md") == [byte])
        }
        for version in 1...3 {
            let artifact = try await scene.library().artifact(named: "task.md", version: version, in: "trip")
            #expect(artifact.data == [UInt8(version)])
            #expect(artifact.info.version == version)
        }
        #expect(try await scene.library().artifacts(in: "trip").map(\.version) == [3])
        let statistics = try await scene.library().statistics()
        #expect(statistics.artifactCount == 1)
        #expect(statistics.artifactBytes == 3)
    }

    @Test("One that is removed is gone in all versions, and begins anew with version 1")
    func removed() async throws {
        try await scene.add("trip", "hello")
        let library = scene.library()
        _ = try await library.saveArtifact([1], named: "task.md", in: "trip")
        _ = try await library.saveArtifact([2], named: "task.md", in: "trip")
        try await library.removeArtifact(named: "task.md", in: "trip")
        #expect(scene.names("artifacts/trip").isEmpty)
        #expect(scene.names("artifacts/trip/.versions").isEmpty)
        #expect(try await library.artifacts(in: "trip").isEmpty)
        #expect(try await library.saveArtifact([3], named: "task.md", in: "trip").version == 1)
        #expect(try await library.artifact(named: "task.md", in: "trip").data == [3])
    }

    @Test("One that was changed by others is refused and reported")
    func damaged() async throws {
        try await scene.add("trip", "hello")
        let library = scene.library()
        _ = try await library.saveArtifact([1, 2], named: "task.md", in: "trip")
        scene.home.write("library/artifacts/trip/task.md", [1, 3])
        #expect(
            await failure { () throws(HistoryStoreError) in
                _ = try await library.artifact(named: "task.md", in: "trip")
            }?.code == .damaged
        )
        #expect(try await library.verify().map(\.kind) == [.damagedArtifact])
    }

    @Test("One of which nothing is known any more is removed all the same", arguments: ["", "{}", "garbage"])
    func removedWithoutRecord(_ record: String) async throws {
        try await scene.add("trip", "hello")
        let library = scene.library()
        for version in 1...3 as ClosedRange<UInt8> {
            _ = try await library.saveArtifact([version], named: "task.md", in: "trip")
            _ = try await library.saveArtifact([version], named: "other.md", in: "trip")
        }
        let path = "artifacts/trip/.records/task.md.json"
        scene.home.write("library/\(path)", Array(record.utf8))
        // Whoever meets it is told where it is.
        let error = await failure { () throws(HistoryStoreError) in
            _ = try await library.artifacts(in: "trip")
        }
        #expect(error?.code == .damaged)
        #expect(error?.location.hasSuffix(path) == true)
        try await library.removeArtifact(named: "task.md", in: "trip")
        #expect(try await library.artifacts(in: "trip").map(\.name) == ["other.md"])
        #expect(scene.names("artifacts/trip") == ["other.md"])
        #expect(scene.names("artifacts/trip/.versions").count == 2)
        #expect(try await library.verify().isEmpty)
        #expect(try await library.artifact(named: "other.md", version: 1, in: "trip").data == [1])
        #expect(try await library.saveArtifact([4], named: "task.md", in: "trip").version == 1)
    }

    @Test("Names of every kind are files of their own, and none leads elsewhere")
    func names() async throws {
        try await scene.add("trip", "hello")
        let library = scene.library()
        let names = LibraryFileNameTests.table.map(\.id) + [".records", ".versions"]
        for (number, name) in names.enumerated() {
            _ = try await library.saveArtifact([UInt8(number)], named: name, in: "trip")
        }
        for (number, name) in names.enumerated() {
            #expect(try await library.artifact(named: name, in: "trip").data == [UInt8(number)])
        }
        #expect(try await library.artifacts(in: "trip").count == names.count)
        #expect(try await library.verify().isEmpty)
        #expect(scene.names("artifacts") == ["trip"])
    }
}
