/// An entry that the store can take, made ready so that nothing of the application's types is run under the lock.
struct AdmittedEntry<Message: HistoryMessage>: Sendable {
    let box: SharedList<HistoryEntry<Message>>.Box
    /// How many bytes of its line count.
    let byteCount: Int
    /// How many bytes it takes up in a document, where that matters.
    let documentByteCount: Int
}

extension Conversation {
    /// Throws if an entry could not be saved, or not be read back: it does not become part of the conversation.
    ///
    /// - Parameter old: What the entry was; of its stored form, what the change does not touch is kept.
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

    /// Counts what is in the document anew, if there is no room in it but perhaps for what was changed and removed.
    private func makeRoomInDocument(for count: Int) throws(SnapshotError) {
        let (budget, snapshot) = state.withLock { ($0.budget, $0.snapshot) }
        guard !budget.hasRoomInDocument(for: count) else { return }
        let found = try Version1Encoder.byteCount(of: snapshot)
        state.withLock { $0.budget.correctDocument(from: budget.document, to: found) }
    }
}

extension Conversation.State {
    /// Appends an entry, if there is room for it.
    mutating func append(_ entry: AdmittedEntry<Message>) throws(SnapshotError) {
        var budget = budget
        try budget.takeRoomInDocument(for: entry.documentByteCount)
        if entry.box.value.isIncomplete, snapshot.openTurn != nil {
            try budget.change { $0.incomplete = max($0.incomplete, entry.byteCount) }
        }
        self.budget = budget
        snapshot.append(entry.box)
    }

    /// Puts an entry in the place of another, if there is room for it.
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

    /// Puts the message that is being streamed, as somebody else has changed it meanwhile, together with an entry in which
    /// everything but the message was changed.
    ///
    /// - Parameters:
    ///   - position: Where it is now.
    ///   - old: What it was when the change was begun.
    ///   - base: The entry at that time.
    ///   - entry: The changed entry.
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

    /// Puts the message that is being streamed, as it was changed, together with what somebody else has changed beside it.
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

    /// - Parameter growth: By how much the entry has grown by what somebody else has changed.
    private mutating func replaceDraft(
        at position: Int,
        with merged: HistoryEntry<Message>,
        _ entry: AdmittedEntry<Message>,
        growth: Int,
        of source: SharedList<HistoryEntry<Message>>.Box
    ) throws(SnapshotError) {
        // The message and what stands beside it take up bytes independently of each other.
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
