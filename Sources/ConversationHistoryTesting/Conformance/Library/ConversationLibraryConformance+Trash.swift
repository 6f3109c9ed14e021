import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Deleting, restoring and purging.
extension ConversationLibraryConformance {
    func trashIsOutOfReach() async throws {
        let library = try await make()
        try await add("kept", ["shared words"], to: library)
        let saved = try await add("gone", ["shared words", "and others"], title: "Gone", to: library)
        _ = try await library.saveArtifact([1, 2], named: "file", type: nil, in: "gone")
        let open = library.store(for: "gone")
        _ = try await open.load()
        try await library.delete("gone")
        try expect(try await library.info(of: "gone").deleted != nil, "info doesn't report the deletion.")
        try await expectList(ListRequest(), ["kept"], in: library, "After a deletion")
        try await expectList(ListRequest(trash: .only), ["gone"], in: library, "The trash")
        let listed = try await library.list(ListRequest(trash: .only)).conversations
        try expect(listed.first?.deleted != nil, "A list of the trash lacks the deletion date.")
        try await expectHits(SearchRequest("shared"), ["kept/e0"], in: library, "After a deletion")
        try await expectHits(SearchRequest("shared", conversation: "gone"), [], in: library, "In the trash")
        let never = library.store(for: "gone")
        try await expectError(.notFound, "A load by a new store") { try await never.load() }
        try await expectError(.notFound, "A save by a store that never loaded it") { try await never.save(saved) }
        try await expectError(.notFound, "A save by a store that was open") { try await open.save(saved) }
        try await expectError(.notFound, "A load by a store that was open") { try await open.load() }
        for call in LibraryCall<Library>.onConversations where !call.worksInTrash {
            try await expectError(.notFound, call.name) { try await call.perform(library, "gone") }
        }
        try await expectError(.alreadyExists, "A creation with its id") {
            try await library.create(NewConversation(id: "gone"))
        }
        try await expectError(.alreadyExists, "A fork with its id") {
            try await library.fork("kept", after: nil, as: NewConversation(id: "gone"))
        }
        try await library.restore("gone")
        try await expect(library, "gone", holds: saved, "After the refusals and a restore")
        try await expectError(.notFound, "A second restore") { try await library.restore("gone") }
        try await expectError(.notFound, "A restore of an unknown id") { try await library.restore("never") }
    }

    func restoredIsAsItWas() async throws {
        let library = try await make()
        let sample = try SampleSnapshots.full(of: SampleConversations.everyKindOfMessage)
        try await library.store(for: "back").save(sample)
        try await library.append([entry("a word to be found", id: "word")], to: "back")
        for version in 1...2 {
            _ = try await library.saveArtifact([UInt8(version)], named: "file", type: "a/b", in: "back")
        }
        guard let saved = try await library.store(for: "back").load() else { throw fail("load returned nil.") }
        let info = try await library.info(of: "back")
        let artifacts = try await library.artifacts(in: "back")
        for round in 1...2 {
            try await library.delete("back")
            try await library.restore("back")
            try expectSame(try await library.info(of: "back"), info, "After restore \(round)")
            try await expect(library, "back", holds: saved, "After restore \(round)")
            try expect(try await library.artifacts(in: "back") == artifacts, "Artifacts were lost or changed.")
            for version in 1...2 {
                let artifact = try await library.artifact(named: "file", version: version, in: "back")
                try expect(artifact.data == [UInt8(version)], "Version \(version) of an artifact differs.")
            }
            try await expectHits(SearchRequest("\"to be found\""), ["back/word"], in: library, "After a restore")
            try await expectList(ListRequest(), ["back"], in: library, "After a restore")
            try await expectList(ListRequest(trash: .only), [], in: library, "The trash after a restore")
        }
        let purged = try await library.purge(.everything)
        try expect(purged == PurgeReport(), "A restored conversation was purged.")
    }

    func purgeReports() async throws {
        let library = try await make()
        for (number, id) in ["d", "b", "c", "a", "e\u{301}", "\u{e9}"].enumerated() {
            try await add(ConversationID(id), Array(repeating: "words", count: number), to: library)
        }
        _ = try await library.saveArtifact([1], named: "one", type: nil, in: "a")
        _ = try await library.saveArtifact([2], named: "one", type: nil, in: "a")
        _ = try await library.saveArtifact([3], named: "two", type: nil, in: "a")
        let all: [PurgeRequest] = [
            .everything, .conversation("a"), .conversation("never"), .conversation(""),
            .deleted(before: .distantFuture),
        ]
        for request in all {
            try expect(try await library.purge(request) == PurgeReport(), "Something outside the trash was purged.")
        }
        for id: ConversationID in ["d", "b", "a", "e\u{301}"] { try await library.delete(id) }
        guard let deleted = try await library.info(of: "b").deleted else { throw fail("info reports no deletion.") }
        try expect(
            try await library.purge(.deleted(before: day(0))) == PurgeReport(),
            "A conversation that was deleted after the date was purged."
        )
        var one = PurgeRequest.conversation("b")
        one.deletedBefore = deleted
        try expect(try await library.purge(one) == PurgeReport(), "A deletion at the date counted as before it.")
        try expect(
            try await library.purge(.conversation("b")) == PurgeReport(conversations: ["b"], entryCount: 1),
            "The report of the purge of one conversation is wrong."
        )
        try expect(try await library.purge(.conversation("b")) == PurgeReport(), "It was purged twice.")
        try expect(
            try await library.purge(.deleted(before: .distantFuture))
                == PurgeReport(conversations: ["a", "d", "e\u{301}"], entryCount: 7, artifactCount: 2),
            "The report of the purge of the rest is wrong."
        )
        try await expectList(ListRequest(), ["c", "\u{e9}"], in: library, "After the purges")
        try await expectList(ListRequest(trash: .only), [], in: library, "The trash after the purges")
        for id: ConversationID in ["a", "b", "d", "e\u{301}"] {
            try await expectError(.notFound, "After a purge") { try await library.info(of: id) }
            try await expectError(.notFound, "A restore after a purge") { try await library.restore(id) }
            try await expectError(.notFound, "A deletion after a purge") { try await library.delete(id) }
        }
    }

    func purgeCascades() async throws {
        let library = try await make()
        for id: ConversationID in ["gone", "kept", "gone2"] {
            try await add(id, ["the same words", "twice"], title: "Same", to: library)
            _ = try await library.saveArtifact(Array(id.rawValue.utf8), named: "file", type: "a/b", in: id)
            _ = try await library.saveArtifact(Array(id.rawValue.utf8), named: "file", type: "a/b", in: id)
        }
        let kept = try await library.info(of: "kept")
        guard let snapshot = try await library.store(for: "kept").load() else { throw fail("load returned nil.") }
        try await library.delete("gone")
        _ = try await library.purge(.conversation("gone"))
        try await expectHits(
            SearchRequest("same words"),
            ["gone2/e0", "kept/e0"],
            in: library,
            "After one of three was purged"
        )
        try expectSame(try await library.info(of: "kept"), kept, "After another one was purged")
        try await expect(library, "kept", holds: snapshot, "After another one was purged")
        let artifact = try await library.artifact(named: "file", version: 1, in: "kept")
        try expect(artifact.text == "kept", "An artifact of a conversation that was not purged differs.")
        _ = try await library.create(NewConversation(id: "gone"))
        let page = try await library.entries(of: "gone", EntryRequest())
        try expect(page.entries.isEmpty, "A new conversation has the entries of a purged one.")
        try expect(try await library.artifacts(in: "gone").isEmpty, "A new conversation has artifacts of a purged one.")
        try await expectHits(SearchRequest("same", conversation: "gone"), [], in: library, "In a new conversation")
        let info = try await library.saveArtifact([1], named: "file", type: nil, in: "gone")
        try expect(info.version == 1, "A new artifact continues the versions of a purged one.")
        try expect(try await library.info(of: "gone").title == nil, "A new conversation has a purged one's title.")
    }
}
