import ConversationHistory
import ConversationHistoryTesting
import TestSupport
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A store that makes a mistake fails the clause that the mistake is against.
@Suite struct BrokenStoreTests {
    typealias Snapshot = BrokenStore.Snapshot

    private func suite(_ make: @escaping @Sendable () -> BrokenStore) -> HistoryStoreConformance<BrokenStore> {
        var suite = HistoryStoreConformance(
            make: make,
            reopen: { $0.reopened() },
            raw: .init(
                read: { $0.place.bytes($0.name) ?? [] },
                write: { $0.place.set($0.name, to: $1) }
            ),
            delete: { $0.place.set($0.name, to: nil) }
        )
        suite.largeByteCount = 0
        suite.roundCount = 8
        return suite
    }

    private func failedClauses(_ mistake: BrokenStore.Mistake) async -> [String] {
        await suite { BrokenStore(mistake) }.report().failed
    }

    @Test func withoutAMistakeAllPasses() async {
        let report = await suite { BrokenStore(BrokenStore.Mistake()) }.report()
        #expect(report.failed.isEmpty)
        #expect(report.passed == ConformanceClause.historyStore.map(\.id))
    }

    @Test func emptySnapshotForNeverWritten() async {
        var mistake = BrokenStore.Mistake()
        mistake.loading = { $0 ?? Snapshot() }
        #expect(await failedClauses(mistake) == ["A1", "A4", "A9", "D5", "D6", "D12"])
    }

    @Test func nilForEmpty() async {
        var mistake = BrokenStore.Mistake()
        mistake.loading = { $0?.entries.isEmpty == true && $0?.title == nil ? nil : $0 }
        #expect(await failedClauses(mistake).contains("A6"))
    }

    @Test func losesPins() async {
        var mistake = BrokenStore.Mistake()
        mistake.storing = { snapshot, _ in
            var snapshot = snapshot
            for entry in snapshot.entries where entry.isPinned { try snapshot.setPinned(false, entry.id) }
            return snapshot
        }
        let failed = await failedClauses(mistake)
        #expect(failed.contains("A2") && !failed.contains("A3"))
    }

    @Test func losesTheLastMessage() async {
        var mistake = BrokenStore.Mistake()
        mistake.loading = { snapshot in
            guard var snapshot, let last = snapshot.entries.last else { return snapshot }
            try snapshot.remove(last.id)
            return snapshot
        }
        let failed = await failedClauses(mistake)
        #expect(failed.contains("A2") && failed.contains("A3") && !failed.contains("A6"))
    }

    @Test func appendsRatherThanOverwrites() async {
        var mistake = BrokenStore.Mistake()
        mistake.storing = { snapshot, before in
            guard let before, before.entries.count > snapshot.entries.count else { return snapshot }
            var longer = snapshot
            for entry in before.entries.suffix(from: snapshot.entries.count) { try longer.append(entry) }
            return longer
        }
        let failed = await failedClauses(mistake)
        #expect(failed.contains("A3") && !failed.contains("A7"))
    }

    @Test func duplicatesWhatIsSavedAgain() async {
        var mistake = BrokenStore.Mistake()
        mistake.storing = { snapshot, before in
            guard let before, before == snapshot, let last = snapshot.entries.last else { return snapshot }
            var longer = snapshot
            try longer.append(last)
            return longer
        }
        let failed = await failedClauses(mistake)
        #expect(failed.contains("A7") && !failed.contains("A3"))
    }

    @Test func sortsByDate() async {
        await expectOnlyOrderLost { ($0.date?.timeIntervalSince1970 ?? 0) < ($1.date?.timeIntervalSince1970 ?? 0) }
    }

    @Test func sortsByID() async {
        await expectOnlyOrderLost { $0.id < $1.id }
    }

    private func expectOnlyOrderLost(
        _ isBefore: @escaping @Sendable (HistoryEntry<ChatMessage>, HistoryEntry<ChatMessage>) -> Bool
    ) async {
        var mistake = BrokenStore.Mistake()
        mistake.loading = { snapshot in
            guard var snapshot else { return nil }
            let sorted = snapshot.entries.enumerated().sorted {
                isBefore($0.element, $1.element) || !isBefore($1.element, $0.element) && $0.offset < $1.offset
            }
            for entry in snapshot.entries { try snapshot.remove(entry.id) }
            for (_, entry) in sorted { try snapshot.append(entry) }
            return snapshot
        }
        let failed = await failedClauses(mistake)
        #expect(failed.contains("A12") && !failed.contains("A1") && !failed.contains("A6"))
    }

    @Test func composesText() async {
        await expectLost("A2", of: Array("cafe\u{301}".utf8), becoming: Array("caf\u{e9}".utf8))
    }

    @Test func removesZeroBytes() async {
        await expectLost("A2", of: Array(#"before\u0000after"#.utf8), becoming: Array("beforeafter".utf8))
    }

    @Test func turnsNumbersIntoDouble() async {
        await expectLost("A2", of: Array("9007199254740993".utf8), becoming: Array("9007199254740992".utf8))
    }

    @Test func dropsUnknownBlocks() async {
        var mistake = BrokenStore.Mistake()
        mistake.storing = { snapshot, _ in
            var snapshot = snapshot
            for entry in snapshot.entries {
                guard case .message(var message) = entry.content else { continue }
                message.content.removeAll { if case .other = $0 { true } else { false } }
                try snapshot.update(entry.id) { $0.content = .message(message) }
            }
            return snapshot
        }
        let failed = await failedClauses(mistake)
        #expect(failed.contains("A2"))
    }

    @Test func dropsUnknownEntries() async {
        var mistake = BrokenStore.Mistake()
        mistake.storing = { snapshot, _ in
            var snapshot = snapshot
            for entry in snapshot.entries {
                if case .other = entry.content { try snapshot.remove(entry.id) }
            }
            return snapshot
        }
        let failed = await failedClauses(mistake)
        #expect(failed.contains("B5") && !failed.contains("A2") && !failed.contains("B6"))
    }

    @Test func dropsUnknownMembers() async {
        await expectLost("B6", of: Array("\"mood\"".utf8), becoming: Array("\"updated\"".utf8))
        await expectLost("B6", of: Array(#""language":"eo""#.utf8), becoming: Array(#""language":"en""#.utf8))
    }

    @Test func replacesLoneSurrogates() async {
        await expectLost("B7", of: Array(#"\ud83d"#.utf8), becoming: Array("\u{fffd}".utf8))
    }

    /// Expects that a store that exchanges some bytes fails a clause, and passes those that have nothing to do with it.
    private func expectLost(_ clause: String, of bytes: [UInt8], becoming others: [UInt8]) async {
        var mistake = BrokenStore.Mistake()
        mistake.writing = { text in
            guard let rewritten = text.replacing(bytes, with: others) else { return text }
            // The indented style has no checksum, so that the change goes unnoticed.
            guard let document = try? JSONValue(parsing: rewritten) else { return rewritten }
            return Array(document.jsonString.utf8)
        }
        let failed = await failedClauses(mistake)
        #expect(failed.contains(clause) && !failed.contains("A1") && !failed.contains("A6"))
    }

    @Test func roundsDatesToSeconds() async {
        var mistake = BrokenStore.Mistake()
        mistake.storing = { snapshot, _ in
            var snapshot = snapshot
            for entry in snapshot.entries {
                guard let date = entry.date else { continue }
                let seconds = date.timeIntervalSinceReferenceDate.rounded()
                try snapshot.update(entry.id) { $0.date = .init(timeIntervalSinceReferenceDate: seconds) }
            }
            return snapshot
        }
        let failed = await failedClauses(mistake)
        #expect(failed.contains("A2") && !failed.contains("A3"))
    }

    @Test func swallowsDamage() async {
        var mistake = BrokenStore.Mistake()
        mistake.swallowsDamage = true
        #expect(await failedClauses(mistake) == ["B1", "B2", "B3", "B8"])
    }

    @Test func quotesTheConversation() async {
        var mistake = BrokenStore.Mistake()
        mistake.quotesContent = true
        #expect(await failedClauses(mistake) == ["B1", "B3", "B8"])
    }

    @Test func writesOverDamage() async {
        var mistake = BrokenStore.Mistake()
        mistake.writesOverDamage = true
        let failed = await failedClauses(mistake)
        #expect(failed.contains("B2") && !failed.contains("B1"))
    }

    @Test func callsANewerVersionDamage() async {
        var mistake = BrokenStore.Mistake()
        mistake.callsAllDamage = true
        #expect(await failedClauses(mistake) == ["B3", "B8"])
    }

    @Test func callsAnotherTypeDamage() async {
        var mistake = BrokenStore.Mistake()
        mistake.callsAnotherTypeDamage = true
        #expect(await failedClauses(mistake) == ["B8"])
    }

    /// A store around another that does not pass on what that one takes.
    @Test func takesLessThanItSays() async {
        var mistake = BrokenStore.Mistake()
        mistake.storing = { snapshot, _ in try snapshot.checkLines(upTo: 4_096) }
        let failed = await failedClauses(mistake)
        #expect(failed.contains("A13") && !failed.contains("A1") && !failed.contains("A6"))
    }

    @Test func hasNoRoomForWhatItAddsItself() async {
        var mistake = BrokenStore.Mistake()
        mistake.limits = HistoryLimits(entryBytes: 40_000)
        mistake.storing = { snapshot, _ in try snapshot.checkLines(upTo: 40_001) }
        #expect(await failedClauses(mistake).contains("A13"))
        // With room for it, the entries of that size come back; other clauses have larger ones.
        mistake.storing = { snapshot, _ in try snapshot.checkLines(upTo: 40_000 + 4_096) }
        #expect(await !failedClauses(mistake).contains("A13"))
    }

    @Test func cutsWhatIsLarger() async {
        var mistake = BrokenStore.Mistake()
        mistake.limits = HistoryLimits(entryBytes: 40_000)
        mistake.storing = { snapshot, _ in
            var snapshot = snapshot
            for entry in snapshot.entries {
                guard case .string(let padding)? = entry.metadata["padding"], padding.utf8.count > 40_000 else {
                    continue
                }
                try snapshot.update(entry.id) { $0.metadata["padding"] = .string(String(padding.prefix(40_000))) }
            }
            return snapshot
        }
        #expect(await failedClauses(mistake) == ["A14"])
    }

    @Test func lastWriterWinsUnsaid() async {
        var mistake = BrokenStore.Mistake()
        mistake.ignoresConflicts = true
        let failed = await failedClauses(mistake)
        #expect(failed.contains("D3") && failed.contains("D5") && !failed.contains("D6"))
    }

    @Test func checksTheInstanceInsteadOfTheSnapshot() async {
        var mistake = BrokenStore.Mistake()
        mistake.forgetsWhoLoaded = true
        #expect(await failedClauses(mistake) == ["D10", "D11", "D12", "D13"])
    }

    @Test func resurrects() async {
        var mistake = BrokenStore.Mistake()
        mistake.resurrects = true
        #expect(await failedClauses(mistake) == ["D6"])
    }

    @Test func answersFromMemory() async {
        var mistake = BrokenStore.Mistake()
        mistake.answersFromMemory = true
        let failed = await failedClauses(mistake)
        #expect(failed.contains("D3") && !failed.contains("A9"))
    }

    @Test func writesInTwoSteps() async {
        var mistake = BrokenStore.Mistake()
        mistake.writesInTwoSteps = true
        mistake.ignoresConflicts = true
        let failed = await failedClauses(mistake)
        #expect(failed.contains("D2") && failed.contains("D3"))
    }

    @Test func claimsACancelledSave() async {
        var mistake = BrokenStore.Mistake()
        mistake.skipsWhenCancelled = true
        #expect(await failedClauses(mistake) == ["C6"])
    }

    @Test func sharesOnePlace() async {
        let place = BytePlace()
        let report = await suite { BrokenStore(BrokenStore.Mistake(), place: place) }.report()
        #expect(report.failed.contains("A4") && report.failed.contains("D1"))
    }

    @Test func doesNotSurviveReopening() async {
        let names = NameSource()
        let report = await HistoryStoreConformance(
            make: { BrokenStore(BrokenStore.Mistake(), name: names.next()) },
            reopen: { BrokenStore(BrokenStore.Mistake(), name: $0.name) }
        ).report()
        #expect(report.failed.contains("A9") && !report.failed.contains("A2"))
    }
}

extension BrokenStore.Snapshot {
    /// Returns this snapshot, unless one of its lines is too long for a store.
    fileprivate func checkLines(upTo limit: Int) throws -> Self {
        let lines = try encoded().split(separator: UInt8(ascii: "\n"))
        if lines.contains(where: { $0.count > limit }) {
            throw HistoryStoreError(.tooLarge, operation: "save", location: "a store", reason: "A line is too long.")
        }
        return self
    }
}

extension [UInt8] {
    /// The bytes with every occurrence of some replaced, or `nil` if there is none.
    fileprivate func replacing(_ bytes: [UInt8], with others: [UInt8]) -> [UInt8]? {
        let pieces = split(bytes)
        return pieces.count > 1 ? Array(pieces.joined(separator: others)) : nil
    }

    private func split(_ separator: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = self[...]
        var position = rest.startIndex
        while let found = rest[position...].firstIndex(of: separator[0]) {
            if rest[found...].starts(with: separator) {
                pieces.append(rest[..<found])
                rest = rest[(found + separator.count)...]
                position = rest.startIndex
            } else {
                position = found + 1
            }
        }
        return pieces + [rest]
    }
}
