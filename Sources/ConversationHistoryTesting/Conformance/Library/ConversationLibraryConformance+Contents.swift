import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// All of a conversation at once, and all of a library.
extension ConversationLibraryConformance {
    func contentsAreWhole() async throws {
        let library = try await make()
        try await fill(library)
        for id: ConversationID in ["full", "gone", "empty"] {
            let isDeleted = id == "gone"
            let found = try await library.contents(of: id)
            let snapshot = try await library.snapshot(of: id)
            try expect(snapshot == found.snapshot, "The snapshot of \(id) is another one than its contents have.")
            try expectSame(found.info, try await library.info(of: id), "With its contents")
            try expect((found.info.deleted != nil) == isDeleted, "The contents of \(id) do not say where it is.")
            if isDeleted { try await library.restore(id) }
            let loaded = try await library.store(for: id).load()
            try expect(found.snapshot == loaded, "The contents of \(id) have another history than its store loads.")
            var artifacts: [Artifact] = []
            for info in try await library.artifacts(in: id) {
                for version in 1...info.version {
                    artifacts.append(try await library.artifact(named: info.name, version: version, in: id))
                }
            }
            try expect(found.artifacts == artifacts, "The contents of \(id) have other files than it has.")
        }
        try await expectError(.notFound, "The contents of nothing") { try await library.contents(of: "never") }
        // A look into the trash takes nothing out of it.
        try await library.delete("gone")
        _ = try await library.contents(of: "gone")
        try await expectList(ListRequest(trash: .only), ["gone"], in: library, "The trash after a look into it")
        _ = try await library.purge(.everything)
        try await expectError(.notFound, "The contents of what was purged") { try await library.contents(of: "gone") }
    }

    func backupsAreWhole() async throws {
        guard let backups else { throw ConformanceFinding.skipped("The suite was not told where backups are made.") }
        let library = try await make()
        let empty = backups.newPath()
        try await library.backUp(to: empty)
        try await expect(backups.open(empty), holdsWhat: library, "A backup of nothing")
        try await fill(library)
        let path = backups.newPath()
        try await expectError(.permissionDenied, "A backup of an owner's conversations") {
            try await library.scoped(to: Owner(user: "ada")).backUp(to: path)
        }
        try await library.backUp(to: path)
        try await expect(backups.open(path), holdsWhat: library, "A backup")
        try await expectError(.alreadyExists, "A backup over another one") { try await library.backUp(to: path) }
        let copy = try await backups.open(path)
        try await expect(copy, holdsWhat: library, "A backup over which another one was refused")
        // Each goes its own way.
        try await copy.restore("gone")
        try await copy.rename("full", to: "Renamed in the copy")
        try expect(try await library.info(of: "full").title != "Renamed in the copy", "A backup is the library itself.")
        try await expectList(ListRequest(trash: .only), ["gone"], in: library, "The trash after a backup")
        let problems = try await copy.verify()
        try expect(problems.isEmpty, "Of a backup is reported: \(problems.map(\.description).joined(separator: " "))")
    }

    /// A conversation of every kind of entry with files, one in the trash, and an empty one.
    private func fill(_ library: Library) async throws {
        let sample = try SampleSnapshots.full(of: SampleConversations.everyKindOfMessage)
        for id: ConversationID in ["full", "gone"] {
            try await library.store(for: id).save(sample)
            for number in 1...3 {
                let name = number == 2 ? "plan.md" : "task.md"
                _ = try await library.saveArtifact([UInt8(number), 0], named: name, type: "text/markdown", in: id)
            }
        }
        _ = try await library.create(NewConversation(id: "empty", title: "Empty", owner: Owner(user: "ada")))
        try await library.delete("gone")
    }

    private func expect(
        _ copy: any ConversationLibrary<ChatMessage>,
        holdsWhat library: Library,
        _ moment: String
    ) async throws {
        let (found, expected) = (try await contents(copy), try await contents(library))
        try expect(found.map(\.snapshot) == expected.map(\.snapshot), "\(moment) holds other conversations.")
        try expect(found.map(\.artifacts) == expected.map(\.artifacts), "\(moment) holds other files.")
        try expect(found.map(known) == expected.map(known), "\(moment) says something else of a conversation.")
    }

    /// What is known of a conversation; a date that it does not hold itself may be another one in each library.
    private func known(_ contents: ConversationContents<ChatMessage>) -> ConversationInfo {
        var info = contents.info
        if contents.snapshot.created == nil { info.created = .distantPast }
        if contents.snapshot.updated == nil { info.updated = .distantPast }
        return info
    }

    /// Everything that a library holds.
    private func contents(
        _ library: some ConversationLibrary<ChatMessage>
    ) async throws -> [ConversationContents<ChatMessage>] {
        var contents: [ConversationContents<ChatMessage>] = []
        for id in try await library.allIDs(includingTrash: true) { contents.append(try await library.contents(of: id)) }
        return contents
    }
}
