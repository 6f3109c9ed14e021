import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryTesting
import TestSupport
import Testing

/// A library that makes a mistake fails the clause that the mistake is against.
@Suite struct BrokenLibraryTests {
    /// Each mistake, and the clauses that it is against.
    private static let mistakes: [(BrokenLibrary.Mistake, [String])] = [
        (BrokenLibrary.Mistake.cutsTitlesAtNUL, ["L2", "G1", "G4"]), (.foldsIDs, ["L4", "A10"]),
        (.repeatsLastOfPage, ["L3", "L4", "F1", "F2"]), (.breaksTiesBackwards, ["L4", "F1"]),
        (.takesLimitZeroForAll, ["L4"]), (.renamesThroughStore, ["L5"]), (.appendsOneByOne, ["L8"]),
        (.readsNewestBackwards, ["L6"]), (.loadsNilFromTrash, ["L9"]), (.savesIntoTrash, ["L9", "D6"]),
        (.ignoresConflicts, ["L7", "D3", "D9"]), (.purgesLive, ["F9"]), (.countsNoPurgedEntries, ["F9"]),
        (.forbidsForeign, ["F3"]), (.createsForAnyone, ["F3"]), (.forgetsOrigin, ["F5"]),
        (.findsPartsOfWords, ["F7"]), (.ignoresRoles, ["L11"]), (.findsNoAppended, ["L7", "L12"]),
        (.foldsArtifactNames, ["L14", "A10"]), (.countsTrash, ["L16"]), (.cutsArtifacts, ["L13"]),
        (.listFailsOnDamage, ["F0"]), (.saysNothingOfDamage, ["F11"]), (.losesTitlesWithIndex, ["F10"]),
        (.ignoresOldestFirst, ["L4", "F12"]), (.refusesDamagedArtifacts, ["F13"]),
        (.hidesTrashContents, ["L21", "L22"]), (.forgetsOldVersions, ["L21", "L22"]), (.backsUpWithoutTrash, ["L22"]),
        (.backsUpWithoutDates, ["L22"]),
        (.backsUpForAnyone, ["L22"]), (.purgesBeforeNoDate, ["L23"]), (.listsBehindNoDate, ["L23"]),
        (.savesNoDate, ["L23"]), (.appendsTwice, ["L8"]), (.takesLongOwners, ["L24"]),
    ]

    private let directory = TemporaryDirectory()
    private let names = NameSource()

    private func suite(_ mistake: BrokenLibrary.Mistake) -> ConversationLibraryConformance<BrokenLibrary> {
        var suite = ConversationLibraryConformance(
            make: { BrokenLibrary(mistake) },
            reopen: { $0 },
            faults: .init(
                damageHistory: { library, id in library.damage.state.withLock { _ = $0.histories.insert(id) } },
                addStrays: { library in library.damage.state.withLock { $0.hasStrays = true } },
                loseIndex: { library in library.damage.state.withLock { $0.hasLostIndex = true } },
                damageArtifact: { library, id in library.damage.state.withLock { _ = $0.artifacts.insert(id) } }
            )
        )
        suite.listedCount = 30
        let (directory, names) = (directory, names)
        suite.backups = .init(
            newPath: { directory.path(names.next()) },
            open: { DirectoryConversationLibrary(path: $0) }
        )
        return suite
    }

    @Test func withoutAMistakeAllPasses() async {
        let report = await suite(.none).report()
        #expect(report.failed.isEmpty, "\(report)")
        #expect(report.skipped == ["L15"])
        #expect(report.results.map(\.clause) == ConformanceClause.conversationLibrary)
    }

    @Test(arguments: mistakes)
    func failsTheRightClause(_ mistake: BrokenLibrary.Mistake, _ clauses: [String]) async {
        // A mistake in one verb is no mistake in all of them: two more clauses are asked, and pass.
        let asked = Set(clauses + ["L1", "L17"])
        let report = await suite(mistake).report { asked.contains($0.id) }
        #expect(Set(report.failed) == Set(clauses), "\(mistake): \(report)")
        #expect(report.passed == ["L1", "L17"], "\(mistake): \(report)")
    }

    @Test func everyMistakeIsTried() {
        // All but the one that is none.
        #expect(Self.mistakes.count == BrokenLibrary.Mistake.allCases.count - 1)
        #expect(Set(Self.mistakes.map(\.0)).count == Self.mistakes.count)
    }

    @Test func withoutFaultsTheyAreSkipped() async {
        let report = await ConversationLibraryConformance(make: { InMemoryConversationLibrary() }).report()
        #expect(report.skipped == ["L15", "L22", "A9", "D4", "D8", "D9", "F0", "F10", "F11", "F13"])
        #expect(report.failed.isEmpty, "\(report)")
        #expect(report.subject == "InMemoryConversationLibrary<ChatMessage>")
    }
}
