import ConversationHistory
import ConversationHistoryLibrary

/// Artifacts, statistics, and the verification of a sound library.
extension ConversationLibraryConformance {
    func artifactsComeBack() async throws {
        let library = try await make()
        try await add("with files", to: library)
        let files: [[UInt8]] = [
            [], [0], Array(0...255), Array("# Task\r\n\u{0}".utf8), [0xff, 0xfe, 0xed, 0xa0, 0xbd],
            (0..<1_048_576).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) },
        ]
        let types = [nil, "", "text/plain; charset=\"utf-8\"", "a/b\u{0}c", "caf\u{e9}", "cafe\u{301}"]
        for (number, data) in files.enumerated() {
            let info = try await library.saveArtifact(data, named: "file", type: types[number], in: "with files")
            try expect(
                info.name == "file" && info.version == number + 1 && info.byteCount == data.count,
                "Version \(number + 1) of \(data.count) bytes is reported as \(info.version) of \(info.byteCount)."
            )
            let newest = try await library.artifact(named: "file", version: nil, in: "with files")
            try expect(newest.info == info && newest.data == data, "The newest version is not the one saved last.")
        }
        for library in [library, try await reopen?(library) ?? library] {
            for (number, data) in files.enumerated() {
                let found = try await library.artifact(named: "file", version: number + 1, in: "with files")
                try expect(found.data == data, "Version \(number + 1) was returned with other bytes.")
                try expect(
                    found.info.type.map { Array($0.utf8) } == types[number].map { Array($0.utf8) },
                    "Version \(number + 1) was returned with another type."
                )
                try expect(found.info.version == number + 1, "Version \(number + 1) was returned as another one.")
            }
        }
        for version in [0, -1, files.count + 1, .max, .min] {
            try await expectError(.notFound, "Version \(version)") {
                try await library.artifact(named: "file", version: version, in: "with files")
            }
        }
        try await expectError(.notFound, "An artifact that was never saved") {
            try await library.artifact(named: "File", version: nil, in: "with files")
        }
    }

    func artifactsAreListedAndRemoved() async throws {
        let library = try await make()
        try await add("one", to: library)
        try await add("two", to: library)
        let names = ["b", "a", "B", "\u{e9}", "e\u{301}", "a.md", "10", "9"]
        for (number, name) in names.enumerated() {
            for version in 0...number % 3 {
                let data = Array(repeating: UInt8(number), count: version)
                _ = try await library.saveArtifact(data, named: name, type: "t\(version)", in: "one")
            }
        }
        _ = try await library.saveArtifact([9], named: "a", type: nil, in: "two")
        let sorted = ["10", "9", "B", "a", "a.md", "b", "e\u{301}", "\u{e9}"]
        let listed = try await library.artifacts(in: "one")
        try expect(listed.map { Array($0.name.utf8) } == sorted.map { Array($0.utf8) }, "The list is \(listed).")
        for info in listed {
            let newest = try await library.artifact(named: info.name, version: nil, in: "one").info
            try expect(newest == info, "\(info) was listed instead of \(newest).")
            // To Swift, "é" and "é" are equal, but they are two names.
            guard let number = names.firstIndex(where: { $0.utf8.elementsEqual(info.name.utf8) }) else { continue }
            try expect(info.version == number % 3 + 1, "\(info.version) is listed as the newest version.")
        }
        try await library.removeArtifact(named: "B", in: "one")
        try await library.removeArtifact(named: "e\u{301}", in: "one")
        let rest = ["10", "9", "a", "a.md", "b", "\u{e9}"]
        let left = try await library.artifacts(in: "one").map { Array($0.name.utf8) }
        try expect(left == rest.map { Array($0.utf8) }, "After two were removed, the list is wrong.")
        for version in [nil, 1, 2, 3] {
            try await expectError(.notFound, "A removed artifact") {
                try await library.artifact(named: "B", version: version, in: "one")
            }
        }
        try await expectError(.notFound, "A second removal") { try await library.removeArtifact(named: "B", in: "one") }
        let again = try await library.saveArtifact([5], named: "B", type: nil, in: "one")
        try expect(again.version == 1, "A new artifact continues the versions of a removed one.")
        let other = try await library.artifact(named: "a", version: nil, in: "two")
        try expect(other.data == [9], "Another conversation's artifact has changed.")
    }

    func tooLargeArtifactIsRefused() async throws {
        guard asksForTooLargeArtifact else {
            throw ConformanceFinding.skipped("`asksForTooLargeArtifact` is not set.")
        }
        let library = try await make()
        try await add("small", to: library)
        let data = [UInt8](repeating: 0, count: ArtifactLimit.byteCount + 1)
        try await expectError(.tooLarge, "An artifact of one byte too many") {
            try await library.saveArtifact(data, named: "large", type: nil, in: "small")
        }
        try expect(try await library.artifacts(in: "small").isEmpty, "A refused artifact is listed.")
        try expect(try await library.statistics().artifactBytes == 0, "A refused artifact is counted.")
    }

    func statisticsCount() async throws {
        let library = try await make()
        try expect(try await library.statistics() == LibraryStatistics(), "An empty library counts something.")
        try await add("one", ["a", "b", "c"], to: library)
        try await add("two", ["a"], to: library)
        try await library.append([Entry(.action(HistoryAction(name: "done")), id: "action")], to: "two")
        _ = try await library.create(NewConversation(id: "empty"))
        for size in 1...3 {
            _ = try await library.saveArtifact(Array(repeating: 1, count: size), named: "file", type: nil, in: "one")
        }
        _ = try await library.saveArtifact([], named: "empty", type: nil, in: "one")
        _ = try await library.saveArtifact([1], named: "file", type: nil, in: "two")
        var expected = LibraryStatistics()
        (expected.conversationCount, expected.entryCount, expected.messageCount) = (3, 5, 4)
        (expected.artifactCount, expected.artifactBytes) = (3, 7)
        try await expectStatistics(expected, library, "With three conversations")
        try await library.delete("one")
        expected.deletedCount = 1
        (expected.conversationCount, expected.entryCount, expected.messageCount) = (2, 2, 1)
        (expected.artifactCount, expected.artifactBytes) = (1, 1)
        try await expectStatistics(expected, library, "After a deletion")
        _ = try await library.purge(.everything)
        expected.deletedCount = 0
        try await expectStatistics(expected, library, "After a purge")
        _ = try await library.fork("two", after: "e0", as: NewConversation(id: "fork"))
        (expected.conversationCount, expected.entryCount, expected.messageCount) = (3, 3, 2)
        try await expectStatistics(expected, library, "After a fork")
    }

    private func expectStatistics(_ expected: LibraryStatistics, _ library: Library, _ moment: String) async throws {
        let found = try await library.statistics()
        try expect(found == expected, "\(moment), \(found) were counted instead of \(expected).")
    }

    func soundLibraryHasNoProblems() async throws {
        let library = try await make()
        try await expectSound(library, "When the library is empty")
        for (number, sample) in try SampleSnapshots.all(of: SampleConversations.everyKindOfMessage).enumerated() {
            try await library.store(for: ConversationID("c\(number)")).save(sample.snapshot)
        }
        for number in 1...3 {
            _ = try await library.saveArtifact([UInt8(number)], named: "file\(number % 2)", type: nil, in: "c1")
        }
        _ = try await library.fork("c3", after: nil, as: NewConversation(id: "fork"))
        try await library.append([entry("appended", id: "appended")], to: "c4")
        try await library.rename("c2", to: "Renamed")
        try await library.setMetadata(["a": 1], of: "c2")
        try await library.setOwner(Owner(user: "ada"), of: "c2")
        try await library.removeArtifact(named: "file1", in: "c1")
        try await expectSound(library, "After writing")
        try await library.delete("c3")
        try await library.delete("c5")
        try await library.restore("c5")
        try await expectSound(library, "With a conversation in the trash")
        _ = try await library.purge(.everything)
        try await expectSound(library, "After a purge")
        if let reopen { try await expectSound(try await reopen(library), "In another instance") }
    }

    private func expectSound(_ library: Library, _ moment: String) async throws {
        let problems = try await library.verify()
        try expect(problems.isEmpty, "\(moment), verify found: \(problems.map(\.description).joined(separator: " "))")
    }
}
