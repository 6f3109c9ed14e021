/// A writer of histories in this package's own form.
package struct HistoryWriter<Message: HistoryMessage>: Sendable {
    /// A position among the records of a snapshot, for writing them in order.
    package struct Position: Sendable, Equatable {
        /// The next of the entries that have lines.
        var entries = 0
        var turns = 0
        var rewound = 0
        /// The next of the entries that the next rewind removed.
        var taken = 0
        /// The next of the turns that the next rewind removed; `nil` before its first record.
        var takenTurns: Int?
        /// The position of an entry that is written first, after the lines of entries that belong after it.
        var late: Int?
        /// The position of the message that is being streamed, which has no line.
        let draft: Int?

        /// Creates the position of the first record of a snapshot.
        package init(startOf snapshot: ConversationSnapshot<Message>) { draft = snapshot.draftPosition }

        /// Creates the position after the records of a snapshot that are already written.
        init(entries: Int, turns: Int, rewound: Int, late: Int? = nil, of snapshot: ConversationSnapshot<Message>) {
            self.entries = entries
            self.turns = turns
            self.rewound = rewound
            self.late = late
            draft = snapshot.draftPosition
        }
    }

    package let coding = RecordCoding<Message>()
    let limits: HistoryLimits

    package init(limits: HistoryLimits) { self.limits = limits }

    /// The size in bytes of a part that is passed on before the next is written, so that memory use is bounded.
    private static var partCount: Int { 256 << 10 }

    /// Writes a whole history.
    ///
    /// - Parameter pass: A function that receives the bytes part by part.
    /// - Returns: The layout, if the history is written with one entry per line, and the fingerprint.
    func write<Failure: Error>(
        _ snapshot: ConversationSnapshot<Message>,
        style: SnapshotStyle,
        lineage: String,
        revision: Int,
        pass: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(HistoryWriteFailure<Failure>) -> (layout: HistoryLayout?, fingerprint: HistoryFingerprint) {
        func writeInLines() throws(HistoryWriteFailure<Failure>) -> (HistoryLayout?, HistoryFingerprint) {
            let layout = try passLines(of: snapshot, lineage: lineage, revision: revision, pass: pass)
            return (layout, HistoryFingerprint(layout))
        }
        if style == .lines { return try writeInLines() }
        var text = JSONWriter(capacity: Self.partCount)
        do throws(SnapshotError) {
            if style == .version1 {
                // A reader refuses a larger entry in any style.
                for entry in snapshot.entries { try EntryCheck.check(entry, limits: limits) }
                try Version1Encoder.encode(snapshot, to: &text)
            } else {
                try writePretty(snapshot, lineage: lineage, revision: revision, to: &text)
            }
            guard text.count <= limits.documentBytes || style == .pretty else {
                throw .tooLarge("history", text.count, limit: limits.documentBytes)
            }
        } catch { throw .encoding(error) }
        // A history that is too large to be read as a whole can still be read line by line.
        if text.count > limits.documentBytes { return try writeInLines() }
        do throws(Failure) { try text.withUnsafeBytes(pass) } catch { throw .passing(error) }
        return (nil, text.withUnsafeBytes { HistoryFingerprint(document: $0) })
    }

    /// Writes a whole history with one entry per line, and passes on each part.
    private func passLines<Failure: Error>(
        of snapshot: ConversationSnapshot<Message>,
        lineage: String,
        revision: Int,
        pass: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(HistoryWriteFailure<Failure>) -> HistoryLayout {
        var failure: Failure?
        func tryToPass(_ bytes: UnsafeRawBufferPointer) -> Bool {
            do throws(Failure) { try pass(bytes) } catch { failure = error }
            return failure == nil
        }
        let layout: HistoryLayout?
        do throws(SnapshotError) {
            // A concrete type lets the compiler specialize the work done for each message, which makes writing three
            // times as fast.
            if let snapshot = snapshot as? ConversationSnapshot<ChatMessage> {
                let writer = HistoryWriter<ChatMessage>(limits: limits)
                layout = try writer.writeLines(snapshot, lineage: lineage, revision: revision, pass: tryToPass)
            } else {
                layout = try writeLines(snapshot, lineage: lineage, revision: revision, pass: tryToPass)
            }
        } catch { throw .encoding(error) }
        if let failure { throw .passing(failure) }
        // `writeLines` returns `nil` only if `tryToPass` returned false, which sets `failure`.
        guard let layout else { preconditionFailure("A history is written to its end unless passing it on fails.") }
        return layout
    }

    /// Writes a whole history with one entry per line.
    ///
    /// - Parameter pass: A function that receives a part, and returns whether to continue.
    /// - Returns: The layout; `nil` if `pass` stopped the writing.
    private func writeLines(
        _ snapshot: ConversationSnapshot<Message>,
        lineage: String,
        revision: Int,
        pass: (UnsafeRawBufferPointer) -> Bool
    ) throws(SnapshotError) -> HistoryLayout? {
        var writer = JSONWriter(capacity: Self.partCount * 2)
        var checksum = CRC32()
        var passed = 0
        func flush(_ writer: inout JSONWriter) -> Bool {
            passed += writer.count
            defer { writer.removeAll() }
            return writer.withUnsafeBytes(pass)
        }
        header(of: snapshot, lineage: lineage).write(to: &writer)
        guard writer.count <= HistoryHeader.largestLine else {
            throw .tooLarge("head", writer.count, limit: HistoryHeader.largestLine)
        }
        writer.withUnsafeBytes { checksum.update($0) }
        writer.write(raw: "\n")
        var lineCount = 0
        var position = Position(startOf: snapshot)
        while let record = try next(&position, of: snapshot) {
            if lineCount > 0 { writer.write(raw: ",\n") }
            let place = writer.count
            try write(record, to: &writer)
            writer.withUnsafeBytes { checksum.update(UnsafeRawBufferPointer(rebasing: $0[place...])) }
            lineCount += 1
            if writer.count >= Self.partCount, !flush(&writer) { return nil }
        }
        let footerOffset = passed + writer.count
        let footerChecksum = HistoryFooter.write(
            revision: revision,
            count: lineCount,
            members: try members(of: snapshot),
            checksum: checksum,
            to: &writer
        )
        try checkFooter(passed + writer.count - footerOffset)
        guard flush(&writer) else { return nil }
        return HistoryLayout(
            lineCount: lineCount,
            checksum: checksum,
            footerOffset: footerOffset,
            footerCount: passed - footerOffset,
            footerChecksum: footerChecksum,
            blankCount: 0,
            isClean: true
        )
    }

    /// Writes the new lines and the new footer that an appending save adds after the old footer.
    ///
    /// - Parameters:
    ///   - position: The position of the first new record.
    ///   - old: The layout of the history before the save.
    ///   - end: The length of the history before the save.
    /// - Returns: The layout after the old footer has been blanked out.
    func writeTail(
        of snapshot: ConversationSnapshot<Message>,
        from position: Position,
        behind old: HistoryLayout,
        end: Int,
        members: [UInt8],
        revision: Int,
        to writer: inout JSONWriter
    ) throws(SnapshotError) -> HistoryLayout {
        var layout = old
        var position = position
        let start = writer.count
        while let record = try next(&position, of: snapshot) {
            writer.write(raw: layout.lineCount > 0 ? ",\n" : "\n")
            let place = writer.count
            try write(record, to: &writer)
            writer.withUnsafeBytes { layout.checksum.update(UnsafeRawBufferPointer(rebasing: $0[place...])) }
            layout.lineCount += 1
        }
        layout.blankCount += old.footerCount
        layout.footerOffset = end + writer.count - start
        let place = writer.count
        layout.footerChecksum = HistoryFooter.write(
            revision: revision,
            count: layout.lineCount,
            members: members,
            checksum: layout.checksum,
            to: &writer
        )
        layout.footerCount = writer.count - place
        try checkFooter(layout.footerCount)
        return layout
    }

    /// Writes a whole history, indented.
    private func writePretty(
        _ snapshot: ConversationSnapshot<Message>,
        lineage: String,
        revision: Int,
        to writer: inout JSONWriter
    ) throws(SnapshotError) {
        var compact = JSONWriter(capacity: Self.partCount)
        header(of: snapshot, lineage: lineage).write(to: &compact)
        var count = 0
        var position = Position(startOf: snapshot)
        while let record = try next(&position, of: snapshot) {
            if count > 0 { compact.write(raw: ",") }
            try write(record, to: &compact)
            count += 1
        }
        compact.write(raw: HistoryFormat.footerStart)
        compact.write(raw: "\"revision\":")
        compact.write(revision)
        compact.write(raw: ",\"count\":")
        compact.write(count)
        compact.append(try members(of: snapshot))
        compact.write(raw: "}}")
        compact.withUnsafeBytes { JSONIndenter.prettyPrinted($0, into: &writer) }
        writer.write(raw: "\n")
    }

    /// Returns the header of a snapshot.
    func header(of snapshot: ConversationSnapshot<Message>, lineage: String) -> HistoryHeader {
        HistoryHeader(
            messageFormat: Message.formatName,
            lineage: lineage,
            id: snapshot.id,
            created: snapshot.created,
            unknown: snapshot.unknown.header,
            stored: snapshot.unknown.storedHeader
        )
    }

    /// Returns the members of a snapshot's state as they are written, each after a comma.
    package func members(of snapshot: ConversationSnapshot<Message>) throws(SnapshotError) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        try limits.check("state", try HistoryState.writeMembers(of: snapshot, to: &writer, coding.entry))
        return writer.withUnsafeBytes(Array.init)
    }

    /// Throws an error if a snapshot could not be written with one entry per line; writes nothing.
    package func check(_ snapshot: ConversationSnapshot<Message>) throws(SnapshotError) {
        var writer = JSONWriter(capacity: 4096)
        var position = Position(startOf: snapshot)
        while let record = try next(&position, of: snapshot) {
            writer.removeAll()
            try write(record, to: &writer)
        }
        _ = try members(of: snapshot)
    }

    /// Writes a record, and throws an error if it could not be read back.
    private func write(_ record: HistoryRecord<Message>, to writer: inout JSONWriter) throws(SnapshotError) {
        let place = writer.count
        try coding.write(record, to: &writer)
        try limits.check("entry", writer.count - place - record.allowance)
    }

    /// Throws an error if a footer could not be read back; the application's members in it were checked before.
    private func checkFooter(_ count: Int) throws(SnapshotError) {
        guard count <= limits.lineBytes else { throw .tooLarge("state", count, limit: limits.entryBytes) }
    }

    /// Returns the number of records of a snapshot.
    package func recordCount(of snapshot: ConversationSnapshot<Message>) throws(SnapshotError) -> Int {
        // The records of rewinds are counted one by one because their number depends on the lengths of their turns.
        var position = Position(startOf: snapshot)
        var count = snapshot.lineEntryCount + snapshot.turns.count
        while position.rewound < snapshot.rewound.count, try next(&position, of: snapshot) != nil { count += 1 }
        return count
    }

    /// Returns the record at a position and moves to the next one.
    ///
    /// The order is: the rewinds, then the entries, each turn after its last entry.
    package func next(
        _ position: inout Position,
        of snapshot: ConversationSnapshot<Message>
    ) throws(SnapshotError) -> HistoryRecord<Message>? {
        if let late = position.late {
            position.late = nil
            return .late(snapshot.entries.box(at: late), position: late)
        }
        if position.rewound < snapshot.rewound.count {
            let rewound = snapshot.rewound.box(at: position.rewound)
            if position.taken < rewound.value.entries.count {
                defer { position.taken += 1 }
                return .taken(rewound.value.entries.box(at: position.taken))
            }
            return try nextRecord(of: rewound, &position)
        }
        let entryCount = position.draft == nil ? snapshot.entries.count : snapshot.entries.count - 1
        if position.turns < snapshot.turns.count {
            let turn = snapshot.turns.box(at: position.turns)
            if position.entries >= min(entryCount, turn.value.entries.upperBound) {
                position.turns += 1
                return .turn(turn)
            }
        }
        guard position.entries < entryCount else { return nil }
        defer { position.entries += 1 }
        let isBehindDraft = position.draft.map { $0 <= position.entries } ?? false
        return .entry(snapshot.entries.box(at: isBehindDraft ? position.entries + 1 : position.entries))
    }

    /// Returns the next record of a rewind whose removed entries are all written.
    private func nextRecord(
        of rewound: SharedList<RewoundHistory<Message>>.Box,
        _ position: inout Position
    ) throws(SnapshotError) -> HistoryRecord<Message> {
        let start = position.takenTurns
        var rewound = rewound
        var turns = rewound.value.turns.indices
        // The stored form of many turns that were removed together may be too long for one line.
        if let verbatim = rewound.verbatim, start != nil || verbatim.count > limits.lineBytes {
            rewound = .init(rewound.value)
        }
        if rewound.verbatim == nil {
            turns = try RewoundCoding.turns(of: rewound.value, from: start, limit: limits.entryBytes)
        }
        position.takenTurns = turns.upperBound
        if turns.upperBound == rewound.value.turns.count {
            position.rewound += 1
            position.taken = 0
            position.takenTurns = nil
        }
        return .rewound(rewound, turns: turns, continues: start != nil)
    }
}

/// A failure to write a history: an error of its content or of its destination.
enum HistoryWriteFailure<Passing: Error>: Error {
    case encoding(SnapshotError)
    case passing(Passing)
}
