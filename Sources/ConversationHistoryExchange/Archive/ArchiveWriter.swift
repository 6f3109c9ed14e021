import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The constants of the archive format.
///
/// An archive is JSON Lines. The first line identifies the format. Each conversation is a line with its attributes, its
/// records as in a history file, a line for each version of an artifact followed by lines with its bytes, and an end
/// line. The numbers of records and artifacts come first, so that no record can be mistaken for another kind of line,
/// whatever the names of its members. The last line ends the archive.
enum ArchiveFormat {
    static let name = "conversation-archive"

    static let version = 1

    /// The number of artifact bytes on a line: a multiple of three, so that only the last line ends with padding.
    static let dataCount = 768 << 10

    /// The size at which a part goes to the sink, so that memory use is bounded.
    static let partCount = 256 << 10
}

/// A writer that produces an archive in parts.
struct ArchiveWriter<Message: HistoryMessage>: ~Copyable {
    private let history = HistoryWriter<Message>(limits: HistoryLimits())
    private var text = JSONWriter(capacity: ArchiveFormat.partCount * 2)
    /// The checksum of the current conversation, up to ``covered``.
    private var checksum = CRC32()
    private var lineCount = 0
    /// The end of the bytes in ``text`` that the checksum includes.
    private var covered = 0
    private var conversationCount = 0

    /// Whether the pending text is large enough for a part.
    var isFull: Bool { text.count >= ArchiveFormat.partCount }

    /// Returns the bytes written since the last call.
    mutating func take() -> [UInt8] {
        cover()
        defer {
            text.removeAll()
            covered = 0
        }
        return text.withUnsafeBytes(Array.init)
    }

    mutating func begin() {
        text.write(raw: "{\"format\":")
        text.write(string: ArchiveFormat.name)
        text.write(raw: ",\"version\":")
        text.write(ArchiveFormat.version)
        text.write(raw: ",\"messages\":")
        text.write(string: Message.formatName)
        text.write(raw: "}\n")
    }

    mutating func end() {
        text.write(raw: "{\"conversations\":")
        text.write(conversationCount)
        text.write(raw: "}\n")
    }

    /// Writes the attributes of a conversation.
    ///
    /// Its records, its files and its end must follow.
    mutating func begin(_ conversation: ArchivedConversation<Message>) throws(SnapshotError) {
        let snapshot = conversation.snapshot
        covered = text.count
        checksum = CRC32()
        lineCount = 0
        text.write(raw: "{\"conversation\":")
        text.write(string: conversation.id.rawValue)
        if conversation.isDeleted { text.write(raw: ",\"deleted\":true") }
        text.write(raw: ",\"artifacts\":")
        text.write(conversation.files.count)
        text.write(raw: ",\"header\":")
        var header: JSONObject = [:]
        if let id = snapshot.id { header["id"] = .string(id.rawValue) }
        if let created = snapshot.created { header["created"] = StoredDate.value(of: created) }
        for (key, value) in snapshot.unknown.header { header.append(key: key, value: value) }
        text.write(.object(header))
        text.write(raw: ",\"state\":{\"count\":")
        text.write(try history.recordCount(of: snapshot))
        text.append(try history.members(of: snapshot))
        text.write(raw: "}}")
        endLine()
    }

    /// Writes records from a position on, until there is enough for a part.
    ///
    /// - Returns: Whether there may be more records.
    mutating func writeRecords(
        of snapshot: ConversationSnapshot<Message>,
        from position: inout HistoryWriter<Message>.Position
    ) throws(SnapshotError) -> Bool {
        while let record = try history.next(&position, of: snapshot) {
            try history.coding.write(record, to: &text)
            endLine()
            if isFull { return true }
        }
        return false
    }

    /// Writes the attributes of a file version; its bytes follow on separate lines.
    mutating func begin(_ file: ArchivedConversation<Message>.File) {
        text.write(raw: "{\"artifact\":")
        text.write(string: file.name.rawValue)
        text.write(raw: ",\"version\":")
        text.write(file.version)
        if let type = file.type {
            text.write(raw: ",\"type\":")
            text.write(string: type)
        }
        text.write(raw: ",\"bytes\":")
        text.write(file.data.count)
        text.write(raw: "}")
        endLine()
    }

    mutating func write(_ data: ArraySlice<UInt8>) {
        text.write(raw: "{\"data\":\"")
        text.append(utf8Of: Data(data).base64EncodedString())
        text.write(raw: "\"}")
        endLine()
    }

    mutating func end(_ id: ConversationID) {
        cover()
        text.write(raw: "{\"end\":")
        text.write(string: id.rawValue)
        text.write(raw: ",\"lines\":")
        text.write(lineCount)
        text.write(raw: ",\"checksum\":\"")
        text.append(HistoryFooter.digits(of: checksum.value))
        text.write(raw: "\"}\n")
        covered = text.count
        conversationCount += 1
    }

    private mutating func endLine() {
        text.write(raw: "\n")
        lineCount += 1
    }

    /// Adds the bytes written since the last call to the checksum.
    private mutating func cover() {
        let start = covered
        text.withUnsafeBytes { checksum.update(UnsafeRawBufferPointer(rebasing: $0[start...])) }
        covered = text.count
    }
}
