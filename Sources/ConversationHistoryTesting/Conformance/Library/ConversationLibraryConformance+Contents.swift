import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Whole conversations, and backups of a library.
extension ConversationLibraryConformance {
    func contentsAreWhole() async throws {
        let library = try await make()
        try await fill(library)
        for id: ConversationID in ["full", "gone", "empty"] {
            let isDeleted = id == "gone"
            let found = try await library.contents(of: id)
            let snapshot = try await library.snapshot(of: id)
            try expect(snapshot == found.snapshot, "The snapshot of \(id) differs from the one in its contents.")
            try expectSame(found.info, try await library.info(of: id), "In its contents")
            try expect((found.info.deleted != nil) == isDeleted, "The contents of \(id) misreport its deletion.")
            if isDeleted { try await library.restore(id) }
            let loaded = try await library.store(for: id).load()
            try expect(found.snapshot == loaded, "The contents of \(id) and its store have different histories.")
            var artifacts: [Artifact] = []
            for info in try await library.artifacts(in: id) {
                for version in 1...info.version {
                    artifacts.append(try await library.artifact(named: info.name, version: version, in: id))
                }
            }
            try expect(found.artifacts == artifacts, "The contents of \(id) have other artifacts.")
        }
        try await expectError(.notFound, "The contents of an unknown id") { try await library.contents(of: "never") }
        // Reading a conversation in the trash leaves it there.
        try await library.delete("gone")
        _ = try await library.contents(of: "gone")
        try await expectList(ListRequest(trash: .only), ["gone"], in: library, "The trash after a read")
        _ = try await library.purge(.everything)
        try await expectError(.notFound, "The contents after a purge") { try await library.contents(of: "gone") }
    }

    func backupsAreWhole() async throws {
        guard let backups else { throw ConformanceFinding.skipped("`backups` is not set.") }
        let library = try await make()
        let empty = backups.newPath()
        try await library.backUp(to: empty)
        try await expect(backups.open(empty), holdsWhat: library, "A backup of an empty library")
        try await fill(library)
        let path = backups.newPath()
        try await expectError(.permissionDenied, "A backup of an owner's conversations") {
            try await library.scoped(to: Owner(user: "ada")).backUp(to: path)
        }
        try await library.backUp(to: path)
        try await expect(backups.open(path), holdsWhat: library, "A backup")
        try await expectError(.alreadyExists, "A backup over another one") { try await library.backUp(to: path) }
        let copy = try await backups.open(path)
        try await expect(copy, holdsWhat: library, "A backup after a second one was refused")
        // The backup and the library are independent.
        try await copy.restore("gone")
        try await copy.rename("full", to: "Renamed in the copy")
        try expect(try await library.info(of: "full").title != "Renamed in the copy", "The backup is not separate.")
        try await expectList(ListRequest(trash: .only), ["gone"], in: library, "The trash after a backup")
        let problems = try await copy.verify()
        try expect(problems.isEmpty, "A backup has problems: \(problems.map(\.description).joined(separator: " "))")
    }

    /// Adds a conversation of every kind of entry with artifacts, a copy of it in the trash, and an empty conversation.
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
        try expect(found.map(\.artifacts) == expected.map(\.artifacts), "\(moment) holds other artifacts.")
        try expect(found.map(known) == expected.map(known), "\(moment) has other attributes of a conversation.")
    }

    /// Returns the attributes of a conversation, without dates that its snapshot lacks, which may differ between
    /// libraries.
    private func known(_ contents: ConversationContents<ChatMessage>) -> ConversationInfo {
        var info = contents.info
        if contents.snapshot.created == nil { info.created = .distantPast }
        if contents.snapshot.updated == nil { info.updated = .distantPast }
        return info
    }

    /// Returns everything that a library holds.
    private func contents(
        _ library: some ConversationLibrary<ChatMessage>
    ) async throws -> [ConversationContents<ChatMessage>] {
        var contents: [ConversationContents<ChatMessage>] = []
        for id in try await library.allIDs(includingTrash: true) { contents.append(try await library.contents(of: id)) }
        return contents
    }
}
