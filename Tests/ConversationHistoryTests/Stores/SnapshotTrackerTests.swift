import Testing

@testable import ConversationHistory

/// Loads and saves of one store instance overlap, and report in any order what they found and wrote.
@Suite("A tracker of loads and saves that overlap")
struct SnapshotTrackerTests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    let tracker = SnapshotTracker()

    private func revision(_ mark: String) -> StoredRevision { StoredRevision(lineage: "", mark: mark) }

    /// A snapshot that comes from no store: it may replace what the store instance knows.
    private func made(_ text: String) -> Snapshot { Snapshot(messages: [.user(text)]) }

    /// Saves a snapshot as a store does that awaits nothing in between.
    private func save(_ snapshot: Snapshot, as mark: String, onto current: String?) {
        let save = tracker.beginSave(of: snapshot)
        save.willWrite(revision(mark))
        #expect(save.admission(onto: current.map(revision)).isAdmitted)
        save.didWrite(revision(mark))
    }

    private func isAdmitted(_ snapshot: Snapshot, onto current: String?) -> Bool {
        tracker.beginSave(of: snapshot).admission(onto: current.map(revision)).isAdmitted
    }

    @Test func aLoadThatIsOvertakenByASaveDoesNotMakeTheNextSaveAConflict() {
        save(made("one"), as: "1", onto: nil)
        // The load has read state 1 and is not yet back.
        save(made("two"), as: "2", onto: "1")
        var loaded = made("one")
        tracker.didLoad(&loaded, revision("1"))

        #expect(isAdmitted(made("three"), onto: "2"))
        #expect(!isAdmitted(made("three"), onto: "another writer's"))
        // What was loaded is another matter: it has not seen state 2.
        #expect(!isAdmitted(loaded, onto: "2"))
    }

    @Test func aLoadThatFoundNothingAndIsOvertakenByASaveDoesNotMakeTheNextSaveAConflict() {
        save(made("one"), as: "1", onto: nil)
        tracker.didFindNothing()
        #expect(isAdmitted(made("two"), onto: "1"))
        #expect(!isAdmitted(made("two"), onto: "another writer's"))
    }

    @Test func savesThatReportInAnotherOrderThanTheyWroteLeaveTheLaterState() {
        let (first, second) = (tracker.beginSave(of: made("one")), tracker.beginSave(of: made("two")))
        // They begin in one order, write in the other, and report in a third.
        second.willWrite(revision("2"))
        first.willWrite(revision("1"))
        #expect(second.admission(onto: nil).isAdmitted)
        #expect(first.admission(onto: revision("2")).isAdmitted)
        first.didWrite(revision("1"))
        second.didWrite(revision("2"))

        #expect(isAdmitted(made("three"), onto: "1"))
        #expect(!isAdmitted(made("three"), onto: "2"))
    }

    @Test func whatASaveUnderWayHasWrittenIsKnownThoughAnotherHasReported() {
        let (first, second) = (tracker.beginSave(of: made("one")), tracker.beginSave(of: made("two")))
        first.willWrite(revision("1"))
        second.willWrite(revision("2"))
        #expect(first.admission(onto: nil).isAdmitted)
        #expect(second.admission(onto: revision("1")).isAdmitted)
        first.didWrite(revision("1"))
        #expect(isAdmitted(made("three"), onto: "2"))

        var loaded = made("one")
        tracker.didLoad(&loaded, revision("1"))
        #expect(isAdmitted(made("three"), onto: "2"))
        second.didWrite(revision("2"))
        #expect(isAdmitted(made("three"), onto: "2"))
    }

    @Test func aSaveWhoseOutcomeIsUnknownCountsUntilALaterOneIsWritten() {
        save(made("one"), as: "1", onto: nil)
        do {
            let lost = tracker.beginSave(of: made("two"))
            lost.willWrite(revision("2"))
            #expect(lost.admission(onto: revision("1")).isAdmitted)
        }
        #expect(isAdmitted(made("three"), onto: "1"))
        #expect(isAdmitted(made("three"), onto: "2"))
        save(made("three"), as: "3", onto: "1")
        #expect(!isAdmitted(made("four"), onto: "2"))
        #expect(isAdmitted(made("four"), onto: "3"))
    }

    @Test func oneSnapshotThatTwoTasksSaveIsStoredAsTheLaterOfBoth() {
        var loaded = made("one")
        tracker.didLoad(&loaded, revision("0"))
        let (first, second) = (tracker.beginSave(of: loaded), tracker.beginSave(of: loaded))
        first.willWrite(revision("1"))
        #expect(first.admission(onto: revision("0")).isAdmitted)
        second.willWrite(revision("2"))
        #expect(second.admission(onto: revision("1")).isAdmitted)
        second.didWrite(revision("2"))
        first.didWrite(revision("1"))

        #expect(isAdmitted(loaded, onto: "2"))
        #expect(!isAdmitted(loaded, onto: "1"))
    }

    @Test func aDeletionThatWasAskedForLetsAnythingBeSavedAndNothingElse() {
        save(made("one"), as: "1", onto: nil)
        #expect(!isAdmitted(made("two"), onto: nil))
        tracker.didClear()
        #expect(isAdmitted(made("two"), onto: nil))
        #expect(!isAdmitted(made("two"), onto: "1"))
    }
}
