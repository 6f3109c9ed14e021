#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

extension ConversationSnapshot {
    /// Appends an entry at the end of the history.
    ///
    /// - Throws: ``SnapshotError``: the entry could not be read back (`notEncodable`, `tooDeep`, `tooLarge`).
    public mutating func append(_ entry: HistoryEntry<Message>) throws(SnapshotError) {
        try EntryCheck.check(entry)
        appendUnchecked(entry)
    }

    /// Appends an entry that was checked, or that a store has just read.
    mutating func appendUnchecked(_ entry: HistoryEntry<Message>) {
        entries.append(entry)
        counts.add(entry)
    }

    /// Appends a message at the end of the history and returns its entry's id.
    @discardableResult
    public mutating func append(
        _ message: Message,
        date: Date? = Date(),
        isPinned: Bool = false
    ) throws(SnapshotError) -> EntryID {
        let entry = HistoryEntry(.message(message), date: date, isPinned: isPinned)
        try append(entry)
        return entry.id
    }

    /// Returns the position of an entry, looked for from the end; `nil` if there is none of this id.
    public func position(of id: EntryID) -> Int? {
        entries.indices.last { entries.box(at: $0).value.id == id }
    }

    /// Changes an entry in place; its id stays.
    ///
    /// - Throws: ``SnapshotError``: there is no such entry (`notFound`), or the changed one could not be read back.
    public mutating func update(
        _ id: EntryID,
        _ change: (inout HistoryEntry<Message>) -> Void
    ) throws(SnapshotError) {
        let position = try existingPosition(of: id)
        var entry = entries[position]
        change(&entry)
        entry.id = id
        try EntryCheck.check(entry)
        replaceUnchecked(at: position, with: entry)
    }

    mutating func replaceUnchecked(at position: Int, with entry: HistoryEntry<Message>) {
        counts.remove(entries[position])
        counts.add(entry)
        entries.replaceKeepingForm(at: position, with: entry)
    }

    /// Pins or unpins an entry.
    ///
    /// - Throws: ``SnapshotError`` with the code `notFound`.
    public mutating func setPinned(_ isPinned: Bool, _ id: EntryID) throws(SnapshotError) {
        let position = try existingPosition(of: id)
        var entry = entries[position]
        guard entry.isPinned != isPinned else { return }
        entry.isPinned = isPinned
        replaceUnchecked(at: position, with: entry)
    }

    /// Removes an entry for good.
    ///
    /// - Throws: ``SnapshotError`` with the code `notFound`.
    public mutating func remove(_ id: EntryID) throws(SnapshotError) {
        let position = try existingPosition(of: id)
        removeEntries(in: position..<position + 1, keepingEmptyTurns: true)
        // A summary reaches to an entry by its id: one that reached to the removed entry now reaches to the one before.
        guard counts.summaries > 0 else { return }
        for index in entries.indices {
            guard var summary = entries[index].summary, summary.through == id else { continue }
            guard position > 0 else { continue }
            summary.through = entries[position - 1].id
            var entry = entries[index]
            entry.content = .summary(summary)
            entries.replaceKeepingForm(at: index, with: entry)
        }
    }

    /// Takes the entries from a position on out of the history, and keeps them in ``rewound``.
    ///
    /// - Parameters:
    ///   - position: The first entry to take; nothing happens if there is none.
    ///   - date: The date to record.
    public mutating func rewind(to position: Int, date: Date? = Date()) {
        let position = Swift.max(0, position)
        guard position < entries.count else { return }
        let taken = turns.indices.filter { turns[$0].entries.upperBound > position }.map(turns.box(at:))
        let rewind = RewoundHistory<Message>(
            date: date,
            position: position,
            entries: entries.suffix(from: position),
            turns: []
        )
        rewound.append(RecordCoding<Message>().box(of: rewind, taking: taken))
        removeEntries(in: position..<entries.count, keepingEmptyTurns: false)
    }

    /// Forgets what rewinds took out, for good.
    public mutating func removeRewound() { rewound = SharedList() }

    /// Returns a conversation that begins with the first entries of this one, and goes its own way from there.
    ///
    /// - Parameters:
    ///   - count: How many entries it takes over; all, unless given.
    ///   - id: The new conversation's id.
    ///   - date: The date to record.
    public func forked(count: Int? = nil, id: ConversationID = .unique(), date: Date? = Date()) -> ConversationSnapshot
    {
        let count = Swift.min(Swift.max(0, count ?? entries.count), entries.count)
        var fork = self
        fork.descent = SnapshotDescent()
        fork.removeEntries(in: count..<entries.count, keepingEmptyTurns: false)
        fork.rewound = SharedList()
        fork.id = id
        fork.created = date
        fork.updated = date
        // What is not known of the parent's own origin says nothing of this one.
        fork.unknown.origin = [:]
        fork.origin = ForkOrigin(conversation: self.id, entry: count == 0 ? nil : entries[count - 1].id)
        return fork
    }

    private func existingPosition(of id: EntryID) throws(SnapshotError) -> Int {
        guard let position = position(of: id) else {
            throw .noSuchEntry
        }
        return position
    }

    /// Removes entries, and shortens or removes the turns that they were part of.
    ///
    /// - Parameters:
    ///   - range: The entries.
    ///   - keepsEmptyTurns: Whether turns behind the first removed entry stay if they had not added anything anyway, and
    ///     the turn under way in any case: more will follow.
    private mutating func removeEntries(in range: Range<Int>, keepingEmptyTurns keepsEmptyTurns: Bool) {
        guard !range.isEmpty else { return }
        for position in range { counts.remove(entries[position]) }
        entries.removeSubrange(range)
        func without(_ position: Int) -> Int {
            position <= range.lowerBound ? position : Swift.max(range.lowerBound, position - range.count)
        }
        func shortened(_ turn: Turn) -> Turn? {
            var turn = turn
            let isKept = turn.entries.isEmpty && keepsEmptyTurns
            turn.entries = without(turn.entries.lowerBound)..<without(turn.entries.upperBound)
            return turn.entries.isEmpty && !isKept ? nil : turn
        }
        let untouched = turns.firstIndex { $0.entries.upperBound > range.lowerBound } ?? turns.count
        let coding = RecordCoding<Message>()
        let changed = turns.suffix(from: untouched)
        turns.removeSubrange(untouched..<turns.count)
        for index in changed.indices {
            let box = changed.box(at: index)
            if let turn = shortened(box.value) { turns.append(coding.box(of: turn, replacing: box)) }
        }
        guard let turn = openTurn else { return }
        openTurn = shortened(turn)
        guard openTurn == nil, keepsEmptyTurns else { return }
        openTurn = turn
        openTurn?.entries = range.lowerBound..<range.lowerBound
    }
}
