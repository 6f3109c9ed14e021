import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The fixed parts of an archive of conversations.
///
/// An archive is JSON Lines. The first line says what it is. Each conversation is a line with what is known of it, its
/// records as they stand in a history file, a line for each version of an artifact followed by lines with its bytes, and
/// a line that ends it. How many records and artifacts follow is said beforehand, so that no record, whatever its
/// members are named, is taken for something else. The last line ends the archive.
enum ArchiveFormat {
    static let name = "conversation-archive"

    static let version = 1

    /// How many bytes of an artifact stand on one line: a multiple of three, so only the last line ends with padding.
    static let dataCount = 768 << 10

    /// A part of an archive that is passed on before the next is made, so that memory use is bounded.
    static let partCount = 256 << 10
}

/// Writes an archive, part after part.
struct ArchiveWriter<Message: HistoryMessage>: ~Copyable {
    private let history = HistoryWriter<Message>(limits: HistoryLimits())
    private var text = JSONWriter(capacity: ArchiveFormat.partCount * 2)
    /// Of the conversation under way, up to ``covered``.
    private var checksum = CRC32()
    private var lineCount = 0
    /// Up to which byte of ``text`` the checksum goes.
    private var covered = 0
    private var conversationCount = 0

    /// Whether there is enough to be passed on.
    var isFull: Bool { text.count >= ArchiveFormat.partCount }

    /// Returns what was written since the last time.
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

    /// Writes what is known of a conversation.
    ///
    /// Its records and its files follow, and then its end.
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

    /// Writes records from a position on, until there is enough to be passed on.
    ///
    /// - Returns: Whether there may be more.
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

    /// Writes what is known of a version of a file; its bytes follow, on lines of their own.
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

    /// Takes what was written since the last time into the checksum.
    private mutating func cover() {
        let start = covered
        text.withUnsafeBytes { checksum.update(UnsafeRawBufferPointer(rebasing: $0[start...])) }
        covered = text.count
    }
}
