/// A decoder of a history with one entry per line, fed line by line.
///
/// The current state is that of the last valid footer: one whose checksum matches the header and every entry line
/// before it. Other lines, such as the blanks of an old footer or the remains of an interrupted save, are skipped.
struct HistoryLineDecoder<Message: HistoryMessage> {
    /// A valid footer, with everything that was read before it.
    private struct Commit {
        var state: HistoryState<Message>
        /// The snapshot of the records before the footer; records after the last footer were never committed.
        var snapshot: ConversationSnapshot<Message>
        var lines: HistoryLayout
    }

    private let coding: RecordCoding<Message>
    private let limits: HistoryLimits
    private var header: HistoryHeader
    private var assembly: HistoryAssembly<Message>
    private var checksum: CRC32
    private var lineCount = 0
    private var blankCount = 0
    private var commit: Commit?
    /// The error of the first unreadable line; it counts only if a later footer covers that line.
    ///
    /// Without such a footer, an undecodable message may be a damaged line.
    private var firstFault: SnapshotDecodingError?
    private var sawOther = false
    /// The scratch memory of the last line's reader, reused for the next line.
    private var scratch: JSONScratch?

    /// Creates a decoder from the header line without its line feed.
    init(
        headerLine: UnsafeRawBufferPointer,
        coding: RecordCoding<Message>,
        limits: HistoryLimits
    ) throws(SnapshotDecodingError) {
        self.coding = coding
        self.limits = limits
        header = try HistoryHeader.read(line: headerLine)
        try header.checkMessageFormat(Message.self)
        checksum = CRC32()
        checksum.update(headerLine)
        assembly = HistoryAssembly(ConversationSnapshot(id: header.id, created: header.created))
        assembly.snapshot.unknown.header = header.unknown
        assembly.snapshot.unknown.storedHeader = header.stored
    }

    /// Decodes the next line.
    ///
    /// - Parameters:
    ///   - line: The line without its line feed, followed in memory by as many bytes as ``JSONReader`` needs.
    ///   - offset: The offset of the line in the history.
    ///   - isTerminated: Whether a line feed follows.
    mutating func take(
        _ line: UnsafeRawBufferPointer,
        at offset: Int,
        isTerminated: Bool
    ) throws(SnapshotDecodingError) {
        switch line.first {
        case UInt8(ascii: "{"):
            let end = line.last == UInt8(ascii: ",") ? line.count - 1 : line.count
            takeRecord(UnsafeRawBufferPointer(rebasing: line[..<end]), at: offset)
        case UInt8(ascii: "]"):
            try takeFooter(line, at: offset, isTerminated: isTerminated)
        case nil: break
        default:
            if line.allSatisfy({ $0 == UInt8(ascii: " ") }) {
                blankCount += line.count
            } else if line.starts(with: HistoryFormat.mergeMark.bytes) {
                // Each side may be a complete history, so reading one would silently drop the other.
                throw SnapshotDecodingError(
                    .damaged,
                    offset: offset,
                    "The history is damaged at byte \(offset): a merge of two versions of it was not resolved."
                )
            } else if !(line.count == 1 && line[0] == UInt8(ascii: ",")) {
                sawOther = true
            }
        }
    }

    private mutating func takeRecord(_ line: UnsafeRawBufferPointer, at offset: Int) {
        checksum.update(line)
        lineCount += 1
        guard firstFault == nil else { return }
        var reader = JSONReader(
            line,
            baseOffset: offset,
            maximumDepth: HistoryFormat.maximumDepth,
            scratch: scratch
        )
        defer { scratch = reader.scratchOwner }
        var fault: MessageFault?
        do throws(JSONError) {
            let record = try assembly.readRecord(from: &reader, coding, &fault)
            // The next line follows in memory, not zeros, so the reader may have read past the end of this one.
            guard reader.position == line.count else {
                throw JSONError(code: .trailingData, offset: offset + reader.position)
            }
            // A writer would refuse a longer line, so the history could not be saved again.
            if let fault {
                firstFault = SnapshotDecodingError(fault)
            } else if line.count > limits.entryBytes, line.count - record.allowance > limits.entryBytes {
                firstFault = .tooLarge("A line of the history", at: offset, limit: limits.entryBytes)
            }
        } catch {
            firstFault = SnapshotDecodingError(error)
        }
    }

    private mutating func takeFooter(
        _ line: UnsafeRawBufferPointer,
        at offset: Int,
        isTerminated: Bool
    ) throws(SnapshotDecodingError) {
        let covered = line.count - HistoryFormat.checksumCount
        guard let written = HistoryFooter.checksum(of: line) else {
            sawOther = true
            return
        }
        let footerChecksum = HistoryFooter.checksum(checksum, line, covered)
        guard written == HistoryFooter.digits(of: footerChecksum) else {
            sawOther = true
            return
        }
        if let firstFault { throw firstFault }
        let state = try HistoryFooter.state(of: line, at: offset, coding.entry)
        guard state.count == lineCount else {
            sawOther = true
            return
        }
        try assembly.checkComplete(at: offset)
        assembly.settle()
        // A save blanks out the old footer as its last step, so a second footer means that it was interrupted before
        // that.
        if commit != nil { sawOther = true }
        commit = Commit(
            state: state,
            snapshot: assembly.snapshot,
            lines: HistoryLayout(
                lineCount: lineCount,
                checksum: checksum,
                // The line feed before the bracket is part of the footer.
                footerOffset: offset - 1,
                footerCount: line.count + 2,
                footerChecksum: footerChecksum,
                blankCount: blankCount,
                isClean: isTerminated && !sawOther
            )
        )
    }

    /// Returns the decoded history after the last line.
    ///
    /// - Parameter count: The number of bytes in the history.
    consuming func finish(count: Int) throws(SnapshotDecodingError) -> DecodedHistory<Message> {
        guard var commit else {
            throw firstFault.flatMap { $0.code == .damaged ? $0 : nil }
                ?? SnapshotDecodingError(
                    .damaged,
                    offset: count,
                    "The history is damaged: none of its \(lineCount) lines is covered by a checksum that holds. "
                        + "Either its end is lost, or it was changed by other means than this package."
                )
        }
        var snapshot = commit.snapshot
        commit.state.apply(to: &snapshot)
        if commit.lines.footerCount > limits.entryBytes, !isStateSmallEnough(of: snapshot) {
            throw .tooLarge("The state of the history", at: commit.lines.footerOffset, limit: limits.entryBytes)
        }
        if commit.lines.footerOffset + commit.lines.footerCount != count { commit.lines.isClean = false }
        return DecodedHistory(
            snapshot: snapshot,
            lineage: header.lineage,
            revision: commit.state.revision,
            layout: commit.lines,
            fingerprint: HistoryFingerprint(commit.lines),
            version: header.version
        )
    }

    private func isStateSmallEnough(of snapshot: ConversationSnapshot<Message>) -> Bool {
        var writer = JSONWriter(capacity: 1024)
        // The next save reports any other reason why the state cannot be written, in more detail.
        let count = try? HistoryState.writeMembers(of: snapshot, to: &writer, coding.entry)
        return count.map { $0 <= limits.entryBytes } ?? true
    }
}

/// A snapshot under construction, from the records of a stored history in their order.
package struct HistoryAssembly<Message: HistoryMessage> {
    /// The snapshot of the records read so far, except the last rewind; ``settle()`` adds it.
    package var snapshot: ConversationSnapshot<Message>
    /// The last rewind, which the next record may continue with more turns.
    private var rewound: (value: RewoundHistory<Message>, verbatim: [UInt8]?)?
    /// The entries that a rewind removed, until the record of that rewind is read.
    private(set) var taken = SharedList<HistoryEntry<Message>>()

    package init(_ snapshot: ConversationSnapshot<Message>) { self.snapshot = snapshot }

    /// Reads the next record and adds it to the snapshot.
    ///
    /// - Parameter fault: Set if the message of an entry does not decode; the assembly is unusable from then on.
    /// - Returns: The record.
    @discardableResult
    package mutating func readRecord(
        from reader: inout JSONReader,
        _ coding: RecordCoding<Message>,
        _ fault: inout MessageFault?
    ) throws(JSONError) -> HistoryRecord<Message> {
        let offset = reader.offset
        let record = try coding.read(from: &reader, taken: taken, &fault)
        switch record {
        case .entry(let box): snapshot.append(box)
        case .late(let box, let position):
            let count = snapshot.entries.count
            guard position >= 0, position <= count, count - position <= EntryCoding<Message>.mostLinesBefore else {
                throw JSONError(code: .invalidValue, offset: offset, message: "An entry cannot have that position.")
            }
            snapshot.insert(box, at: position)
        case .turn(let box): snapshot.turns.append(box)
        case .taken(let box): taken.append(box)
        case .rewound(let box, _, _):
            if continuesLast(box) {
                rewound?.value.turns.append(contentsOf: box.value.turns)
            } else {
                settle()
                rewound = (box.value, box.verbatim)
                taken = SharedList()
            }
        }
        return record
    }

    /// Returns whether the record of a rewind only adds turns to the last rewind.
    private func continuesLast(_ box: SharedList<RewoundHistory<Message>>.Box) -> Bool {
        guard let rewound, rewound.verbatim == nil, box.verbatim == nil else { return false }
        let next = box.value
        return next.additionalFields == RewoundCoding<Message>.continuation && next.date == nil
            && next.entries.isEmpty && taken.isEmpty && next.position == rewound.value.position
    }

    /// Adds the last rewind to the snapshot.
    package mutating func settle() {
        guard let last = rewound else { return }
        snapshot.rewound.append(.init(last.value, verbatim: last.verbatim))
        rewound = nil
    }

    /// Throws an error if entries were removed by a rewind whose record is missing.
    package func checkComplete(at offset: Int) throws(SnapshotDecodingError) {
        guard taken.isEmpty else {
            throw SnapshotDecodingError(
                .damaged,
                offset: offset,
                "The history is damaged: the record of a rewind that took \(taken.count) entries is missing."
            )
        }
    }
}
