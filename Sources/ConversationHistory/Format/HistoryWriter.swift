/// Writes histories in this package's own form.
struct HistoryWriter<Message: HistoryMessage>: Sendable {
    /// Which records of a snapshot come next.
    struct Position: Sendable, Equatable {
        var entries = 0
        var turns = 0
        var rewound = 0
        /// Of the entries that the next rewind took.
        var taken = 0
    }

    let coding = RecordCoding<Message>()
    let limits: HistoryLimits

    init(limits: HistoryLimits) { self.limits = limits }

    /// A part of a history that is passed on before the next is made, so that memory use is bounded.
    private static var partCount: Int { 256 << 10 }

    /// Writes a whole history.
    ///
    /// - Parameter pass: Takes the bytes, part after part.
    /// - Returns: Where the parts of the history lie, if it is written one entry a line, and what tells it from others.
    func write<Failure: Error>(
        _ snapshot: ConversationSnapshot<Message>,
        style: SnapshotStyle,
        lineage: String,
        revision: Int,
        pass: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(HistoryWriteFailure<Failure>) -> (layout: HistoryLayout?, fingerprint: HistoryFingerprint) {
        if style == .lines {
            let layout = try passLines(of: snapshot, lineage: lineage, revision: revision, pass: pass)
            return (layout, HistoryFingerprint(layout))
        }
        var text = JSONWriter(capacity: Self.partCount)
        do throws(SnapshotError) {
            if style == .version1 {
                try Version1Encoder.encode(snapshot, to: &text)
            } else {
                try writePretty(snapshot, lineage: lineage, revision: revision, to: &text)
            }
            guard text.count <= limits.documentBytes else {
                throw .tooLarge("history", text.count, limit: limits.documentBytes)
            }
        } catch { throw .encoding(error) }
        do throws(Failure) { try text.withUnsafeBytes(pass) } catch { throw .passing(error) }
        return (nil, text.withUnsafeBytes { HistoryFingerprint(document: $0) })
    }

    /// Writes a whole history, one entry a line, and passes on each part.
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
            // With the type named, all that is done for each message is compiled for this type: it runs three times as
            // fast.
            if let snapshot = snapshot as? ConversationSnapshot<ChatMessage> {
                let writer = HistoryWriter<ChatMessage>(limits: limits)
                layout = try writer.writeLines(snapshot, lineage: lineage, revision: revision, pass: tryToPass)
            } else {
                layout = try writeLines(snapshot, lineage: lineage, revision: revision, pass: tryToPass)
            }
        } catch { throw .encoding(error) }
        if let failure { throw .passing(failure) }
        guard let layout else { preconditionFailure("A history is written to its end unless passing it on fails.") }
        return layout
    }

    /// Writes a whole history, one entry a line.
    ///
    /// - Parameter pass: Takes a part, and tells whether it wants more.
    /// - Returns: `nil` if no more was wanted.
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
        try checkCount(of: "head", writer.count, limit: HistoryHeader.largestLine)
        writer.withUnsafeBytes { checksum.update($0) }
        writer.write(raw: "\n")
        var lineCount = 0
        var position = Position()
        while let record = next(&position, of: snapshot) {
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
        try checkCount(of: "state", passed + writer.count - footerOffset)
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

    /// Writes what a save that only appends puts behind the old footer: the new lines and a new footer.
    ///
    /// - Parameters:
    ///   - position: The first records that are new.
    ///   - old: Where the parts of the history lie.
    ///   - end: The length of the history before.
    /// - Returns: Where the parts lie when the old footer has been blanked out.
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
        while let record = next(&position, of: snapshot) {
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
        try checkCount(of: "state", layout.footerCount)
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
        var position = Position()
        while let record = next(&position, of: snapshot) {
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

    /// The header that a snapshot has.
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

    /// The members of a snapshot's state, as they are written, each behind a comma.
    func members(of snapshot: ConversationSnapshot<Message>) throws(SnapshotError) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        try HistoryState.writeMembers(of: snapshot, to: &writer, coding.entry)
        return writer.withUnsafeBytes(Array.init)
    }

    /// Writes a record that can be read back.
    private func write(_ record: HistoryRecord<Message>, to writer: inout JSONWriter) throws(SnapshotError) {
        let place = writer.count
        try coding.write(record, to: &writer)
        var count = writer.count - place
        // What could be stored as an entry can be stored as one that was taken.
        if case .taken = record { count -= RecordCoding<Message>.takenOverhead }
        try checkCount(of: "entry", count)
    }

    /// Throws if a line could not be read back.
    private func checkCount(of part: String, _ count: Int, limit: Int = .max) throws(SnapshotError) {
        let limit = min(limit, limits.entryBytes)
        guard count <= limit else { throw .tooLarge(part, count, limit: limit) }
    }

    /// Returns the record at a position and moves behind it: what was rewound first, then the entries, each turn behind
    /// its last entry.
    func next(
        _ position: inout Position,
        of snapshot: ConversationSnapshot<Message>
    ) -> HistoryRecord<Message>? {
        if position.rewound < snapshot.rewound.count {
            let rewound = snapshot.rewound.box(at: position.rewound)
            if position.taken < rewound.value.entries.count {
                defer { position.taken += 1 }
                return .taken(rewound.value.entries.box(at: position.taken))
            }
            position.taken = 0
            position.rewound += 1
            return .rewound(rewound)
        }
        let entryCount = snapshot.lineEntryCount
        if position.turns < snapshot.turns.count {
            let turn = snapshot.turns.box(at: position.turns)
            if position.entries >= min(entryCount, turn.value.entries.upperBound) {
                position.turns += 1
                return .turn(turn)
            }
        }
        guard position.entries < entryCount else { return nil }
        defer { position.entries += 1 }
        return .entry(snapshot.entries.box(at: position.entries))
    }
}

/// What keeps a history from being written: what is in it, or where it goes.
enum HistoryWriteFailure<Passing: Error>: Error {
    case encoding(SnapshotError)
    case passing(Passing)
}
