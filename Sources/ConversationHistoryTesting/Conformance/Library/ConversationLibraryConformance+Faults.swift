import ConversationHistory
import ConversationHistoryExchange
import ConversationHistoryLibrary

/// Libraries whose storage was damaged.
extension ConversationLibraryConformance {
    private func skipped(_ fault: String) -> ConformanceFinding {
        .skipped("`faults` has no closure to \(fault).")
    }

    private func filled() async throws -> Library {
        let library = try await make()
        for number in 0..<4 {
            try await add(ConversationID("c\(number)"), title: "Title \(number)", updated: Double(number), to: library)
        }
        return library
    }

    /// Returns a new instance of the library, or the library itself if the suite can't reopen it.
    private func fresh(_ library: Library) async throws -> Library { try await reopen?(library) ?? library }

    func damageDoesNotEmptyTheList() async throws {
        guard faults.damageHistory != nil || faults.addStrays != nil else { throw skipped("damage a history") }
        let library = try await filled()
        let order = ["c3", "c2", "c1", "c0"]
        if let addStrays = faults.addStrays {
            try await addStrays(library)
            for library in [library, try await fresh(library)] {
                try await expectList(ListRequest(limit: 3), order, in: library, "With foreign files")
                try await expectHits(
                    SearchRequest("question"),
                    ["c0/e0", "c1/e0", "c2/e0", "c3/e0"],
                    in: library,
                    "With foreign files"
                )
            }
        }
        guard let damageHistory = faults.damageHistory else { return }
        try await damageHistory(library, "c2")
        let damaged = try await fresh(library)
        try await expectList(ListRequest(limit: 3), order, in: damaged, "With a damaged history")
        let loads: Bool
        do {
            loads = try await damaged.store(for: "c2").load() != nil
        } catch { loads = false }
        try expect(!loads, "A damaged history was loaded.")
        for info in try await damaged.list(ListRequest()).conversations {
            try expect(
                info.isDamaged == (info.id == "c2"),
                "\(info.id) is listed as \(info.isDamaged ? "" : "not ")damaged."
            )
        }
        try await expectHits(SearchRequest("answer", conversation: "c1"), ["c1/e1"], in: damaged, "In a sound history")
        for id: ConversationID in ["c0", "c1", "c3"] {
            try await change(id, in: damaged) { try $0.append(entry("more", id: "more")) }
        }
    }

    func indexIsMadeAgain() async throws {
        guard let loseIndex = faults.loseIndex else { throw skipped("lose the index") }
        let library = try await filled()
        try await library.rename("c1", to: "Renamed")
        try await library.setMetadata(["a": 1], of: "c2")
        try await library.delete("c3")
        _ = try await library.fork("c0", after: "e0", as: NewConversation(id: "fork"))
        _ = try await library.saveArtifact([1], named: "file", type: "a/b", in: "c0")
        let ids: [ConversationID] = ["c0", "c1", "c2", "c3", "fork"]
        var expected: [ConversationInfo] = []
        for id in ids { expected.append(try await library.info(of: id)) }
        let order = try await self.ids(ListRequest(), in: library)
        let hits = try await library.search(SearchRequest("question"))
        try await loseIndex(library)
        let again = try await fresh(library)
        try await expectList(ListRequest(), order, in: again, "Without its index")
        try await expectList(ListRequest(trash: .only), ["c3"], in: again, "The trash, without its index")
        for info in expected { try expectSame(try await again.info(of: info.id), info, "Without its index") }
        try expect(
            try await again.search(SearchRequest("question")) == hits,
            "Without its index, a search has other hits."
        )
        try expect(try await again.artifacts(in: "c0").count == 1, "Without its index, an artifact is missing.")
        try expect(try await again.verify().isEmpty, "A rebuilt index is reported as a problem.")
    }

    func damageIsReported() async throws {
        var isAsked = false
        if let damageHistory = faults.damageHistory {
            let library = try await filled()
            try await damageHistory(library, "c2")
            try await expectProblem(.damagedHistory, "c2", try await fresh(library))
            isAsked = true
        }
        if let damageArtifact = faults.damageArtifact {
            let library = try await filled()
            _ = try await library.saveArtifact(Array("the bytes".utf8), named: "file", type: nil, in: "c1")
            try await damageArtifact(library, "c1")
            try await expectProblem(.damagedArtifact, "c1", try await fresh(library))
            isAsked = true
        }
        if let addStrays = faults.addStrays {
            let library = try await filled()
            try await addStrays(library)
            let problems = try await fresh(library).verify()
            try expect(problems.contains { $0.kind == .stray }, "No foreign file is reported, but: \(problems)")
            isAsked = true
        }
        if !isAsked { throw skipped("damage the library") }
    }

    func damagedArtifactIsAPart() async throws {
        guard let damageArtifact = faults.damageArtifact else { throw skipped("damage an artifact") }
        let library = try await filled()
        _ = try await library.saveArtifact(Array("the bytes".utf8), named: "file", type: nil, in: "c1")
        try await damageArtifact(library, "c1")
        let damaged = try await fresh(library)
        for isDeleted in [false, true] {
            let place = isDeleted ? "In the trash" : "With a damaged artifact"
            if isDeleted { try await damaged.delete("c1") }
            let snapshot = try await damaged.snapshot(of: "c1")
            try expect(snapshot.entries.count == 2, "\(place), \(snapshot.entries.count) entries are read.")
            if !isDeleted {
                try expect(
                    try await damaged.store(for: "c1").load() == snapshot,
                    "\(place), a store loads something else."
                )
            }
            let contents = try await damaged.contents(of: "c1")
            try expect(contents.snapshot == snapshot, "\(place), the contents have another history.")
            try expect(
                contents.artifacts.isEmpty == (contents.problems.count == 1),
                "\(place), the contents neither hold the artifact nor report its damage."
            )
            let archive = try await LibraryExporter(damaged, includesTrash: true).exported(["c1"])
            let copy = InMemoryConversationLibrary()
            let report = try await LibraryImporter(copy).importing(archive)
            try expect(report.imported.count == 1, "\(place), the conversation is not exported.")
        }
    }

    private func expectProblem(_ kind: LibraryProblem.Kind, _ id: ConversationID, _ library: Library) async throws {
        let problems = try await library.verify()
        try expect(
            problems.contains { $0.kind == kind && $0.conversation == id },
            "Damage (\(kind.rawValue)) is not reported, but: \(problems)"
        )
        try expect(problems.allSatisfy { $0.conversation == nil || $0.conversation == id }, "Others are reported, too.")
    }
}
