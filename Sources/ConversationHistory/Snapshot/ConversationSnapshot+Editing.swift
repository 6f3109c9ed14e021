#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

extension ConversationSnapshot {
    package typealias EntryBox = SharedList<HistoryEntry<Message>>.Box

    /// Appends an entry at the end of the history.
    ///
    /// - Throws: ``SnapshotError`` if the history already has an entry with this id (`duplicateID`), or if the entry
    ///   could not be read back (`notEncodable`, `tooDeep`, `tooLarge`).
    public mutating func append(_ entry: HistoryEntry<Message>) throws(SnapshotError) {
        guard !contains(entry.id) else { throw .duplicateID }
        try EntryCheck.check(entry)
        appendUnchecked(entry)
    }

    /// Appends an entry that the caller has checked, or that a store has just read.
    package mutating func appendUnchecked(_ entry: HistoryEntry<Message>) { append(EntryBox(entry)) }

    /// Appends a message at the end of the history and returns its entry's id.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - date: When the message was created; `nil` if that is unknown.
    ///   - isPinned: Whether the message survives every compaction of the context.
    /// - Returns: The id of the new entry.
    /// - Throws: ``SnapshotError`` if the entry could not be read back (`notEncodable`, `tooDeep`, `tooLarge`).
    @discardableResult
    public mutating func append(
        _ message: Message,
        date: Date? = Date(),
        isPinned: Bool = false
    ) throws(SnapshotError) -> EntryID {
        let entry = HistoryEntry(.message(message), date: date, isPinned: isPinned)
        try EntryCheck.check(entry)
        appendUnchecked(entry)
        return entry.id
    }

    /// Returns whether the history has an entry with an id, usually without a search of all entries.
    package mutating func contains(_ id: EntryID) -> Bool {
        ids.mayContain(id, in: entries) && position(of: id) != nil
    }

    /// Returns the position of the entry with an id, searching from the end; `nil` if no entry has it.
    public func position(of id: EntryID) -> Int? {
        entries.indices.last { entries.box(at: $0).value.id == id }
    }

    /// Changes an entry in place; its id stays the same.
    ///
    /// - Throws: ``SnapshotError`` if there is no such entry (`notFound`), or if the changed entry could not be read
    ///   back (`notEncodable`, `tooDeep`, `tooLarge`); the snapshot is then unchanged.
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
        replaceUnchecked(
            at: position,
            with: EntryCoding<Message>().box(of: entry, replacing: entries.box(at: position))
        )
    }

    mutating func replaceUnchecked(at position: Int, with box: EntryBox) {
        counts.remove(entries.box(at: position))
        counts.add(box)
        entries.replace(at: position, with: box)
    }

    /// Pins or unpins an entry.
    ///
    /// - Throws: ``SnapshotError`` with the code `notFound` if there is no such entry.
    public mutating func setPinned(_ isPinned: Bool, _ id: EntryID) throws(SnapshotError) {
        let position = try existingPosition(of: id)
        let box = entries.box(at: position)
        guard box.value.isPinned != isPinned else { return }
        replaceUnchecked(at: position, with: box.pinned(isPinned))
    }

    /// Removes an entry permanently.
    ///
    /// - Throws: ``SnapshotError`` with the code `notFound` if there is no such entry.
    public mutating func remove(_ id: EntryID) throws(SnapshotError) {
        let position = try existingPosition(of: id)
        for summary in summaries(reachingTo: id) { replaceUnchecked(at: summary.position, with: summary.entry) }
        removeEntry(at: position)
    }

    /// Removes an entry without adjusting the summaries.
    mutating func removeEntry(at position: Int) {
        removeEntries(in: position..<position + 1, keepingEmptyTurns: true)
    }

    /// Returns the summaries that end at an entry, changed so that they end at the entry before it.
    func summaries(reachingTo id: EntryID) -> [(position: Int, entry: HistoryEntry<Message>)] {
        guard counts.summaries > 0, let position = position(of: id), position > 0 else { return [] }
        let previous = entries.box(at: position - 1).value.id
        return entries.indices.compactMap { index in
            let box = entries.box(at: index)
            guard index != position, var summary = box.value.summary, summary.through == id else { return nil }
            summary.through = previous
            var entry = box.value
            entry.content = .summary(summary)
            return (index, entry)
        }
    }

    /// Moves the entries from a position on out of the history and into ``rewound``.
    ///
    /// - Parameters:
    ///   - position: The position of the first entry to move; nothing happens if there is no such entry.
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

    /// Moves the entries that a turn added out of the history and into ``rewound``; all other entries stay.
    ///
    /// - Parameters:
    ///   - turn: The turn, which has ended.
    ///   - ids: The ids of the entries that it added.
    ///   - date: The date to record.
    mutating func rollBack(_ turn: Turn, adding ids: Set<EntryID>, date: Date?) {
        let start = Swift.max(0, turn.entries.lowerBound)
        guard start < entries.count else { return }
        let positions = (start..<entries.count).filter { ids.contains(entries.box(at: $0).value.id) }
        guard let first = positions.first else { return }
        var taken = SharedList<HistoryEntry<Message>>()
        for position in positions { taken.append(entries.box(at: position)) }
        rewound.append(RewoundHistory(date: date, position: first, entries: taken, turns: [turn]))
        shortenSummaries(reachingTo: ids)
        for position in positions.reversed() { removeEntry(at: position) }
    }

    /// Changes the summaries that end at entries about to be removed: they end at the last remaining entry before.
    ///
    /// Only summaries that other tasks added during the turn can end there, and those have no stored form to preserve.
    private mutating func shortenSummaries(reachingTo ids: Set<EntryID>) {
        guard counts.summaries > 0 else { return }
        for index in entries.indices {
            var entry = entries.box(at: index).value
            guard !ids.contains(entry.id), var summary = entry.summary, ids.contains(summary.through),
                let position = position(of: summary.through),
                let last = (0..<position).last(where: { !ids.contains(entries.box(at: $0).value.id) })
            else { continue }
            summary.through = entries.box(at: last).value.id
            entry.content = .summary(summary)
            replaceUnchecked(at: index, with: EntryBox(entry))
        }
    }

    /// Removes all rewound entries permanently.
    public mutating func removeRewound() { rewound = SharedList() }

    /// Returns a fork: a new conversation that begins with the first entries of this one.
    ///
    /// The fork keeps the title, the owner and the metadata, but not the ``rewound`` entries.
    ///
    /// - Parameters:
    ///   - count: The number of entries to keep. Defaults to all entries.
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
        // Unknown members of the parent's origin describe that origin, not this one.
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
    ///   - range: The positions of the entries.
    ///   - keepsEmptyTurns: Whether turns after the first removed entry stay if they were already empty. The turn in
    ///     progress then stays in any case, because more entries will follow.
    private mutating func removeEntries(in range: Range<Int>, keepingEmptyTurns keepsEmptyTurns: Bool) {
        guard !range.isEmpty else { return }
        for position in range { counts.remove(entries.box(at: position)) }
        entries.removeSubrange(range)
        ids.removeEntries(in: range)
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
