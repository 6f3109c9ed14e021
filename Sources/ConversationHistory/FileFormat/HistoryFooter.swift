package import DurableFiles

/// The footer, the last line of a history with one entry per line: the state, and a checksum of the whole history.
package enum HistoryFooter {
    /// Writes a footer, from the line feed before its bracket to the line feed at its end.
    ///
    /// - Parameters:
    ///   - members: The members of the snapshot's state, each after a comma.
    ///   - checksum: The checksum of the header and all entry lines.
    /// - Returns: The checksum that the footer contains.
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

    /// Returns white space of the length of a footer, for blanking the footer out.
    static func blank(count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: UInt8(ascii: " "), count: count)
        bytes[0] = UInt8(ascii: "\n")
        bytes[count - 1] = UInt8(ascii: "\n")
        return bytes
    }

    /// Returns the digits of the checksum in a footer line; `nil` if the line isn't a complete footer.
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

    /// Returns the checksum of the records, a line feed and the first bytes of a footer line.
    static func checksum(_ records: CRC32, _ line: UnsafeRawBufferPointer, _ count: Int) -> UInt32 {
        var checksum = records
        withUnsafeBytes(of: UInt8(ascii: "\n")) { checksum.update($0) }
        checksum.update(UnsafeRawBufferPointer(rebasing: line[..<count]))
        return checksum.value
    }

    /// Returns a checksum as eight hexadecimal digits.
    package static func digits(of value: UInt32) -> [UInt8] {
        let letters = Array("0123456789abcdef".utf8)
        return (0..<8).map { letters[Int(value >> (28 - 4 * $0)) & 15] }
    }

    /// Reads the state from a footer line with a valid checksum.
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
    /// The bytes of the text, which must not be stored as a single scalar.
    var bytes: UnsafeBufferPointer<UInt8> {
        // The pointer stays valid because a static string lives as long as the process.
        UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    }
}

/// The layout of a history with one entry per line: what an appending save needs to know about the file.
package struct HistoryLayout: Sendable {
    package var lineCount: Int
    /// The checksum of the header and all entry lines.
    package var checksum: CRC32
    /// The offset of the footer, which begins with the line feed before its bracket.
    var footerOffset: Int
    /// The number of bytes in the footer, including the line feeds at both ends.
    var footerCount: Int
    /// The checksum that the footer contains, which covers the whole history.
    var footerChecksum: UInt32
    /// The number of bytes in blanked-out footers.
    var blankCount: Int
    /// Whether the file contains only the header, the entries, blanks and this footer, so that a save may append.
    var isClean: Bool

    /// The end of the footer from the checksum on, which distinguishes it from the footer of any other state.
    package var footerEnd: FileContent {
        let bytes = HistoryFooter.digits(of: footerChecksum) + Array("\"}}".utf8)
        // The last line feed is left out because an interrupted save may not have written it.
        return FileContent(offset: Int64(footerOffset + footerCount - 1 - bytes.count), bytes: bytes)
    }
}

/// A history that was read from its stored form.
package struct DecodedHistory<Message: HistoryMessage>: Sendable {
    package var snapshot: ConversationSnapshot<Message>
    var lineage: String
    var revision: Int
    /// The layout; `nil` if the history isn't stored with one entry per line.
    package var layout: HistoryLayout?
    var fingerprint: HistoryFingerprint
    var version: Int
}

/// A fingerprint that distinguishes the saved states of a history, in every copy of it.
///
/// With one entry per line, a history has a random lineage and a revision, and its footer's checksum covers both and
/// everything else. For a document, the fingerprint is the checksum and the number of all bytes.
struct HistoryFingerprint: Hashable, Sendable {
    private let checksum: UInt32
    private let count: Int

    var text: String { "\(checksum)-\(count)" }

    /// Creates the fingerprint of a history with one entry per line.
    init(_ layout: HistoryLayout) {
        checksum = layout.footerChecksum
        count = layout.lineCount
    }

    /// Creates the fingerprint of a document.
    init(document bytes: UnsafeRawBufferPointer) {
        var checksum = CRC32()
        checksum.update(bytes)
        self.init(document: checksum, count: bytes.count)
    }

    /// Creates the fingerprint of a document whose checksum was computed piece by piece.
    init(document checksum: CRC32, count: Int) {
        self.checksum = checksum.value
        self.count = count
    }
}
