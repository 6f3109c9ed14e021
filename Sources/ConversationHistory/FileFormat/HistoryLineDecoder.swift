/// Reads a history of one entry a line, a line after the other.
///
/// The state that counts is that of the last footer that holds: one whose checksum covers the header and every entry
/// line before it. What is neither an entry nor such a footer (blanks where a footer was, the torn end of a save that
/// did not finish) is passed over.
struct HistoryLineDecoder<Message: HistoryMessage> {
    /// A footer that held, and what had been read by then.
    private struct Commit {
        var state: HistoryState<Message>
        /// What the records up to the footer say; what stands behind it was never committed.
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
    /// The first line that cannot be read; it matters only if a later footer says that it was written so.
    ///
    /// If no footer does, then it is not known whether a message that does not decode was written so.
    private var firstFault: SnapshotDecodingError?
    private var sawOther = false
    /// Made by the reader of one line, and used again for the next.
    private var scratch: JSONScratch?

    /// Begins with the header line, without its line feed.
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

    /// Takes the next line.
    ///
    /// - Parameters:
    ///   - line: The line without its line feed; as many bytes as ``JSONReader`` needs follow it.
    ///   - offset: Where the line begins.
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
                // Each side may be whole by itself; to take one would be to lose the other.
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
            // What follows in memory is the next line, not zeros, so the end is looked for right here.
            guard reader.position == line.count else {
                throw JSONError(code: .trailingData, offset: offset + reader.position)
            }
            // What is longer than a writer would make it could not be saved again.
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
        // A second footer means that the first was not blanked out: the save stopped just after it was complete.
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

    /// Ends the reading.
    ///
    /// - Parameter count: How many bytes there were.
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
        // Whatever else keeps it from being written is found when it is saved, with more to say about it.
        let count = try? HistoryState.writeMembers(of: snapshot, to: &writer, coding.entry)
        return count.map { $0 <= limits.entryBytes } ?? true
    }
}

/// A snapshot that is put together from the records of a stored history, in their order.
package struct HistoryAssembly<Message: HistoryMessage> {
    /// What was put together so far, but for the last rewind; ``settle()`` adds that.
    package var snapshot: ConversationSnapshot<Message>
    /// The last rewind, of which more turns may follow.
    private var rewound: (value: RewoundHistory<Message>, verbatim: [UInt8]?)?
    /// What a rewind took whose own record has not come yet.
    private(set) var taken = SharedList<HistoryEntry<Message>>()

    package init(_ snapshot: ConversationSnapshot<Message>) { self.snapshot = snapshot }

    /// Reads the next record and adds it.
    ///
    /// - Parameter fault: Is set if the message of an entry does not decode; there is no use in reading on then.
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

    /// Whether a record of a rewind has nothing but more turns of the last one.
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

    /// Throws if the record of a rewind is missing.
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
