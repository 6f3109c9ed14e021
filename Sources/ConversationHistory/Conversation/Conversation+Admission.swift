/// An entry that the store accepts, prepared so that no code of the application's types runs under the lock.
struct AdmittedEntry<Message: HistoryMessage>: Sendable {
    let box: SharedList<HistoryEntry<Message>>.Box
    /// The size of its line in bytes, without the entry's marks.
    let byteCount: Int
    /// Its size in a document of version 1, in bytes; 0 for other styles.
    let documentByteCount: Int
}

extension Conversation {
    /// Prepares an entry for the conversation, or throws if it couldn't be saved or read back.
    ///
    /// - Parameter old: The entry to replace. The parts of its stored form that the change doesn't touch are kept.
    @discardableResult
    func check(
        _ entry: HistoryEntry<Message>,
        replacing old: SharedList<HistoryEntry<Message>>.Box? = nil
    ) throws(SnapshotError) -> AdmittedEntry<Message> {
        let limits = store.limits
        var byteCount = try EntryCheck.check(entry, limits: limits)
        let box = old.map { EntryCoding<Message>().box(of: entry, replacing: $0) } ?? .init(entry)
        if let verbatim = box.verbatim {
            byteCount = verbatim.count - entry.markCount
            try limits.check("entry", byteCount)
        }
        var documentByteCount = 0
        if limits.style == .version1 {
            documentByteCount = try Version1Encoder.byteCount(of: entry)
            try makeRoomInDocument(for: documentByteCount)
        }
        return AdmittedEntry(box: box, byteCount: byteCount, documentByteCount: documentByteCount)
    }

    /// Recounts the document if it seems full, because replaced and removed entries still count until then.
    private func makeRoomInDocument(for count: Int) throws(SnapshotError) {
        let (budget, snapshot) = state.withLock { ($0.budget, $0.snapshot) }
        guard !budget.hasRoomInDocument(for: count) else { return }
        let found = try Version1Encoder.byteCount(of: snapshot)
        state.withLock { $0.budget.correctDocument(from: budget.document, to: found) }
    }
}

extension Conversation.State {
    /// Appends an entry, or throws if the budget has no room for it.
    mutating func append(_ entry: AdmittedEntry<Message>) throws(SnapshotError) {
        var budget = budget
        try budget.takeRoomInDocument(for: entry.documentByteCount)
        if entry.box.value.isIncomplete, snapshot.openTurn != nil {
            try budget.change { $0.incomplete = max($0.incomplete, entry.byteCount) }
        }
        self.budget = budget
        snapshot.append(entry.box)
    }

    /// Replaces an entry, or throws if the budget has no room for the new one.
    mutating func replace(at position: Int, with entry: AdmittedEntry<Message>) throws(SnapshotError) {
        var budget = budget
        try budget.takeRoomInDocument(for: entry.documentByteCount)
        let value = entry.box.value
        if value.id == draft?.id {
            try budget.change { $0.draft = value.isIncomplete ? entry.byteCount : 0 }
            draft?.byteCount = entry.byteCount
        } else if value.isIncomplete, snapshot.openTurn != nil {
            try budget.change { $0.incomplete = max($0.incomplete, entry.byteCount) }
        }
        self.budget = budget
        snapshot.replaceUnchecked(at: position, with: entry.box)
    }

    /// Changes the entry of the streamed message, and keeps changes that other tasks made to the message meanwhile.
    ///
    /// - Parameters:
    ///   - position: The entry's current position.
    ///   - old: The draft when the change began.
    ///   - base: The entry when the change began.
    ///   - entry: The changed entry, with the message of `base`.
    mutating func replaceDraft(
        at position: Int,
        of old: Draft,
        _ base: HistoryEntry<Message>,
        with entry: AdmittedEntry<Message>
    ) throws(SnapshotError) {
        let box = snapshot.entries.box(at: position)
        var merged = entry.box.value
        merged.content = box.value.content
        if merged.isPinned == base.isPinned { merged.isPinned = box.value.isPinned }
        if merged.isIncomplete == base.isIncomplete { merged.isIncomplete = box.value.isIncomplete }
        try replaceDraft(at: position, with: merged, entry, growth: (draft?.byteCount ?? 0) - old.byteCount, of: box)
    }

    /// Changes the streamed message, and keeps changes that other tasks made to the rest of its entry meanwhile.
    mutating func replaceMessage(
        at position: Int,
        of old: Draft,
        with entry: AdmittedEntry<Message>
    ) throws(SnapshotError) {
        let box = snapshot.entries.box(at: position)
        var merged = box.value
        merged.content = entry.box.value.content
        try replaceDraft(
            at: position,
            with: merged,
            entry,
            growth: (draft?.byteCount ?? 0) - old.byteCount,
            of: entry.box
        )
    }

    /// Replaces the streamed message's entry with a merged one.
    ///
    /// - Parameter growth: The number of bytes by which the changes of other tasks have grown the entry.
    private mutating func replaceDraft(
        at position: Int,
        with merged: HistoryEntry<Message>,
        _ entry: AdmittedEntry<Message>,
        growth: Int,
        of source: SharedList<HistoryEntry<Message>>.Box
    ) throws(SnapshotError) {
        // The size of the message and the size of the rest of its entry are independent, so the changes add up.
        let byteCount = entry.byteCount + growth
        try budget.limits.check("entry", byteCount)
        let merged = AdmittedEntry<Message>(
            box: .init(merged, verbatim: nil, isInstruction: source.isInstruction),
            byteCount: byteCount,
            documentByteCount: entry.documentByteCount
        )
        try replace(at: position, with: merged)
    }
}
