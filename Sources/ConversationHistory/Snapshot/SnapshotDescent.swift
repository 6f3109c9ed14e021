import Synchronization

/// The stored states that a snapshot descends from.
///
/// The descent travels with the snapshot. It is not part of the snapshot's value and is never stored. Snapshots that
/// were made from one another share a line, on which each change is a step. A changed snapshot takes the next step if
/// it is the newest of its line; if another copy has already taken that step, the changed snapshot begins a line of its
/// own. A store marks the step at which it loaded or saved a snapshot, so it knows what a later snapshot is based on.
struct SnapshotDescent: Sendable {
    /// `nil` for a copy that is never given to a store.
    private var line: Line?
    private var step = 0

    /// Creates the descent of a snapshot that was not loaded from a store.
    ///
    /// - Parameter isNew: Whether the snapshot begins a conversation, so that it must not replace a stored one.
    init(isNew: Bool = false) { line = Line(isNew: isNew) }

    private init(line: Line?) { self.line = line }

    /// The descent of a copy that is changed only to be encoded.
    static var detached: SnapshotDescent { SnapshotDescent(line: nil) }

    /// Records that the snapshot has changed.
    mutating func advance() {
        guard let line else { return }
        guard !line.takeStep(after: step) else {
            step += 1
            return
        }
        self.line = Line(forkedFrom: line, at: step)
        step = 0
    }

    /// Returns the stored state that the snapshot is based on.
    ///
    /// - Parameter tracker: The tracker of the store instance.
    func base(for tracker: SnapshotTracker) -> SnapshotBase {
        line?.base(for: tracker, at: step) ?? SnapshotBase(kind: .unknown)
    }

    func beginSave() { line?.beginSave() }

    func endSave() { line?.endSave() }

    /// Records that a save is about to write a state, so that the state is known even if the outcome is not.
    func attempt(_ state: SeenState, by tracker: SnapshotTracker) { line?.attempt(state, by: tracker, at: step) }

    /// Records that an announced state was not written.
    func withdraw(_ revision: StoredRevision, by tracker: SnapshotTracker) { line?.withdraw(revision, by: tracker) }

    /// Records that the stored state is the snapshot at its current step.
    ///
    /// - Parameter order: The order of the save or load among those of the store instance.
    func mark(_ state: SeenState, by tracker: SnapshotTracker, order: Int) {
        line?.mark(state, by: tracker, at: step, order: order)
    }
}

extension SnapshotDescent: Equatable {
    /// Always equal: the descent is not part of a snapshot's value.
    static func == (lhs: SnapshotDescent, rhs: SnapshotDescent) -> Bool { true }
}

/// A stored state of a history that a writer has loaded or saved.
package struct SeenState: Sendable {
    /// The revision of the state.
    package let revision: StoredRevision

    /// What the store needs to know again about that state, such as values that it merges.
    package let details: (any Sendable)?

    /// Creates a record of what was seen.
    package init(revision: StoredRevision, details: (any Sendable)? = nil) {
        self.revision = revision
        self.details = details
    }
}

/// The stored state that a snapshot is based on, for one store instance.
struct SnapshotBase {
    enum Kind {
        /// The store instance has neither loaded nor saved the snapshot.
        case unknown
        /// Nothing was stored when the conversation began.
        case nothing
        case state(SeenState)
        /// A newer snapshot of the same line has been saved or loaded.
        case outdated
    }

    var kind: Kind
    /// States that saves of this snapshot may have written without a confirmation.
    var attempts: [SeenState] = []
}

/// The history of changes that copies of a snapshot share.
private final class Line: Sendable {
    private struct Mark {
        /// Weak, because a snapshot may outlive the stores that saved it, and must not keep them alive.
        weak var tracker: SnapshotTracker?
        let step: Int
        var order = 0
        /// `nil` if a newer snapshot was marked when this line forked off.
        let state: SeenState?
    }

    private struct Attempt {
        weak var tracker: SnapshotTracker?
        let step: Int
        let state: SeenState
    }

    private struct State {
        var marks: [Mark] = []
        var attempts: [Attempt] = []
        /// The number of saves of this line that are in progress and have yet to set their marks.
        var saveCount = 0

        /// Adds the marks and attempts of the line that this one forked from, as of a step.
        ///
        /// Marks that this line already has are newer, and stay.
        mutating func inherit(from state: State, at step: Int) {
            for mark in state.marks where mark.tracker != nil && !marks.contains(where: { $0.tracker === mark.tracker })
            {
                marks.append(Mark(tracker: mark.tracker, step: 0, state: mark.step <= step ? mark.state : nil))
            }
            for attempt in state.attempts where attempt.tracker != nil && attempt.step <= step {
                attempts.append(Attempt(tracker: attempt.tracker, step: 0, state: attempt.state))
            }
        }
    }

    private let isNew: Bool
    /// The point where the line forked off, if a save of the other line was in progress then.
    private let parent: (line: Line, step: Int)?
    private let newestStep = Atomic<Int>(0)
    private let state: Lock<State>

    init(isNew: Bool) {
        self.isNew = isNew
        parent = nil
        state = Lock(State())
    }

    /// Begins a line with a changed copy of a snapshot of another line.
    init(forkedFrom line: Line, at step: Int) {
        isNew = line.isNew
        // Without a save in progress, marks are final; copying them keeps the chains of lines short.
        var known = State()
        var source: (line: Line, step: Int)? = (line, step)
        while let (line, step) = source {
            let state = line.state.withLock { $0 }
            guard state.saveCount == 0 else { break }
            known.inherit(from: state, at: step)
            source = line.parent
        }
        parent = source
        state = Lock(known)
    }

    func takeStep(after step: Int) -> Bool {
        newestStep.compareExchange(expected: step, desired: step + 1, ordering: .acquiringAndReleasing).exchanged
    }

    func base(for tracker: SnapshotTracker, at step: Int) -> SnapshotBase {
        let (mark, attempts) = state.withLock { state in
            (
                state.marks.first { $0.tracker === tracker },
                state.attempts.filter { $0.step <= step && $0.tracker === tracker }.map(\.state)
            )
        }
        var base: SnapshotBase
        if let mark {
            base = SnapshotBase(kind: .outdated)
            if mark.step <= step, let state = mark.state { base.kind = .state(state) }
        } else if let parent {
            base = parent.line.base(for: tracker, at: parent.step)
        } else {
            base = SnapshotBase(kind: isNew ? .nothing : .unknown)
        }
        base.attempts += attempts
        return base
    }

    func beginSave() { state.withLock { $0.saveCount += 1 } }

    func endSave() { state.withLock { $0.saveCount -= 1 } }

    func attempt(_ attempted: SeenState, by tracker: SnapshotTracker, at step: Int) {
        state.withLock { state in
            state.attempts.append(Attempt(tracker: tracker, step: step, state: attempted))
        }
    }

    func withdraw(_ revision: StoredRevision, by tracker: SnapshotTracker) {
        state.withLock { state in
            state.attempts.removeAll { $0.tracker === tracker && $0.state.revision == revision }
        }
    }

    func mark(_ marked: SeenState, by tracker: SnapshotTracker, at step: Int, order: Int) {
        state.withLock { state in
            state.attempts.removeAll { $0.tracker == nil || $0.tracker === tracker && $0.step <= step }
            // If two tasks save one snapshot, the later write is the stored one, whichever is reported last.
            let isNewer = state.marks.contains { mark in
                mark.tracker === tracker && (mark.step, mark.order) > (step, order)
            }
            if isNewer { return }
            state.marks.removeAll { $0.tracker == nil || $0.tracker === tracker }
            state.marks.append(Mark(tracker: tracker, step: step, order: order, state: marked))
        }
    }
}
