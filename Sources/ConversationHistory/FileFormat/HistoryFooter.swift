package import DurableFiles

/// The last line of a history of one entry a line: its state, and a checksum over all of it.
package enum HistoryFooter {
    /// Writes a footer, from the line feed before its bracket to the one at its end.
    ///
    /// - Parameters:
    ///   - members: The state of the snapshot, each member behind a comma.
    ///   - checksum: Over the header and all entry lines.
    /// - Returns: The checksum that the footer holds.
    static func write(
        revision: Int,
        count: Int,
        members: [UInt8],
        checksum: CRC32,
        to writer: inout JSONWriter
    ) -> UInt32 {
        let start = writer.count
        writer.write(raw: "\n")
        writer.write(raw: HistoryFormat.footerStart)
        writer.write(raw: "\"revision\":")
        writer.write(revision)
        writer.write(raw: ",\"count\":")
        writer.write(count)
        writer.append(members)
        writer.write(raw: ",")
        writer.write(raw: HistoryFormat.checksumKey)
        let value = writer.withUnsafeBytes { bytes in
            self.checksum(checksum, UnsafeRawBufferPointer(rebasing: bytes[(start + 1)...]), bytes.count - start - 1)
        }
        writer.append(digits(of: value))
        writer.write(raw: "\"}}\n")
        return value
    }

    /// The bytes that blank out a footer: white space of the same length.
    static func blank(count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: UInt8(ascii: " "), count: count)
        bytes[0] = UInt8(ascii: "\n")
        bytes[count - 1] = UInt8(ascii: "\n")
        return bytes
    }

    /// Returns the digits of the checksum that a footer line holds; `nil` if the line is not a footer, or half of one.
    static func checksum(of line: UnsafeRawBufferPointer) -> [UInt8]? {
        let start = HistoryFormat.footerStart
        let key = HistoryFormat.checksumKey
        let digits = line.count - HistoryFormat.checksumCount
        guard digits >= start.utf8CodeUnitCount + key.utf8CodeUnitCount,
            line.starts(with: start.bytes),
            line[(digits - key.utf8CodeUnitCount)..<digits].elementsEqual(key.bytes),
            line[(digits + 8)...].elementsEqual([UInt8(ascii: "\""), UInt8(ascii: "}"), UInt8(ascii: "}")])
        else { return nil }
        return Array(line[digits..<digits + 8])
    }

    /// Returns the checksum over the records, then the line feed and the first bytes of a footer line.
    static func checksum(_ records: CRC32, _ line: UnsafeRawBufferPointer, _ count: Int) -> UInt32 {
        var checksum = records
        withUnsafeBytes(of: UInt8(ascii: "\n")) { checksum.update($0) }
        checksum.update(UnsafeRawBufferPointer(rebasing: line[..<count]))
        return checksum.value
    }

    /// Returns a checksum as a footer holds it.
    package static func digits(of value: UInt32) -> [UInt8] {
        let letters = Array("0123456789abcdef".utf8)
        return (0..<8).map { letters[Int(value >> (28 - 4 * $0)) & 15] }
    }

    /// Reads the state of a footer line whose checksum holds.
    static func state<Message>(
        of line: UnsafeRawBufferPointer,
        at offset: Int,
        _ coding: EntryCoding<Message>
    ) throws(SnapshotDecodingError) -> HistoryState<Message> {
        let start = HistoryFormat.footerStart.utf8CodeUnitCount - 1
        let body = UnsafeRawBufferPointer(rebasing: line[start..<line.count - 1])
        var reader = JSONReader(body, baseOffset: offset + start, maximumDepth: HistoryFormat.maximumDepth)
        var fault: MessageFault?
        let state: HistoryState<Message>
        do throws(JSONError) {
            state = try HistoryState.read(from: &reader, coding, &fault)
        } catch {
            throw SnapshotDecodingError(error)
        }
        if let fault { throw SnapshotDecodingError(fault) }
        return state
    }
}

extension StaticString {
    /// The bytes of a text that is not a single scalar.
    var bytes: UnsafeBufferPointer<UInt8> {
        // A static string lives as long as the process.
        UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    }
}

/// Where the parts of a history of one entry a line lie, as far as the next save must know.
package struct HistoryLayout: Sendable {
    package var lineCount: Int
    /// Over the header and all entry lines.
    package var checksum: CRC32
    /// Where the footer begins: at the line feed before its bracket.
    var footerOffset: Int
    /// The bytes of the footer, with the line feeds at both ends.
    var footerCount: Int
    /// The checksum that the footer holds: over all that the history says.
    var footerChecksum: UInt32
    /// How many bytes are blanks that were footers once.
    var blankCount: Int
    /// Whether nothing but the header, the entries, blanks and this footer is there, so that a save may append.
    var isClean: Bool

    /// The end of the footer: the checksum, by which it differs from the footer of any other state.
    package var footerEnd: FileContent {
        let bytes = HistoryFooter.digits(of: footerChecksum) + Array("\"}}".utf8)
        // Without the last line feed, which a save that was cut short may not have written.
        return FileContent(offset: Int64(footerOffset + footerCount - 1 - bytes.count), bytes: bytes)
    }
}

/// What was read from a stored history.
package struct DecodedHistory<Message: HistoryMessage>: Sendable {
    package var snapshot: ConversationSnapshot<Message>
    var lineage: String
    var revision: Int
    /// `nil` if the history is not stored one entry a line.
    package var layout: HistoryLayout?
    var fingerprint: HistoryFingerprint
    var version: Int
}

/// What tells one saved state of a history from another, wherever and in whatever copy it is met.
///
/// The state of a history of one entry a line has a random lineage and a revision, and its footer's checksum covers both
/// together with all the rest. Of a document all the bytes count.
struct HistoryFingerprint: Hashable, Sendable {
    private let checksum: UInt32
    private let count: Int

    /// The fingerprint as text.
    var text: String { "\(checksum)-\(count)" }

    /// The fingerprint of a history of one entry a line.
    init(_ layout: HistoryLayout) {
        checksum = layout.footerChecksum
        count = layout.lineCount
    }

    /// The fingerprint of a document.
    init(document bytes: UnsafeRawBufferPointer) {
        var checksum = CRC32()
        checksum.update(bytes)
        self.init(document: checksum, count: bytes.count)
    }

    /// The fingerprint of a document whose bytes were read piece by piece.
    init(document checksum: CRC32, count: Int) {
        self.checksum = checksum.value
        self.count = count
    }
}
