import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A cache of information about the conversations of a directory library.
struct LibraryIndex: Sendable {
    /// The entries by the stems of the histories, in and outside the trash.
    var files: [String: IndexedConversation] = [:]

    /// The approximate number of entries that differ from the stored index.
    var unsavedCount = 0

    /// Whether enough entries have changed to write the index; a few changed histories are quickly read again.
    var isWorthSaving: Bool { unsavedCount > 0 && unsavedCount * 64 >= files.count }

    /// Sets the entry of a file.
    mutating func take(_ file: IndexedConversation, for stem: String) {
        if files[stem] != file { unsavedCount += 1 }
        files[stem] = file
    }
}

/// The index file, with one line per conversation and a checksum of all lines in the first line.
extension LibraryIndex {
    private static let name = "conversation-history-index"
    private static let version = 1

    /// Encodes the content of the file.
    func encoded(messageFormat: String) -> [UInt8] {
        var lines = JSONWriter(capacity: 256 * files.count + 64)
        var isFirst = true
        for (stem, file) in files.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            lines.write(raw: isFirst ? "\n" : ",\n")
            isFirst = false
            Self.write(file, stem, to: &lines)
        }
        lines.write(raw: "\n]}\n")
        var checksum = CRC32()
        lines.withUnsafeBytes { checksum.update($0) }
        var text = JSONWriter(capacity: lines.count + 256)
        text.write(raw: "{\"format\":")
        text.write(string: Self.name)
        text.write(raw: ",\"version\":")
        text.write(Self.version)
        text.write(raw: ",\"messages\":")
        text.write(string: messageFormat)
        text.write(raw: ",\"checksum\":\"")
        text.append(HistoryFooter.digits(of: checksum.value))
        text.write(raw: "\",\"conversations\":[")
        lines.withUnsafeBytes { text.append($0) }
        return text.withUnsafeBytes(Array.init)
    }

    /// Decodes the content of the file; `nil` if it is damaged, or for another version or message type.
    init?(decoding bytes: [UInt8], messageFormat: String) {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        var checksum = CRC32()
        bytes[end...].withUnsafeBytes { checksum.update($0) }
        let digits = String(decoding: HistoryFooter.digits(of: checksum.value), as: UTF8.self)
        var files: [String: IndexedConversation] = [:]
        var isOurs = 0
        var text = JSONWriter(capacity: bytes.count + JSONReader.padding)
        text.append(bytes)
        do throws(JSONError) {
            try text.withPaddedBytes { bytes throws(JSONError) in
                var reader = JSONReader(bytes, maximumDepth: HistoryFormat.maximumDepth)
                try reader.readObject { key, reader throws(JSONError) in
                    if key == "format" {
                        if try reader.readString() == Self.name { isOurs += 1 }
                    } else if key == "version" {
                        if try reader.readInt() == Self.version { isOurs += 1 }
                    } else if key == "messages" {
                        if try reader.readString() == messageFormat { isOurs += 1 }
                    } else if key == "checksum" {
                        if try reader.readString() == digits { isOurs += 1 }
                    } else if key == "conversations", isOurs == 4 {
                        try reader.readArray { reader throws(JSONError) in
                            let (stem, file) = try Self.readFile(from: &reader)
                            files[stem] = file
                        }
                    } else {
                        try reader.skipValue()
                    }
                }
                try reader.expectEnd()
            }
        } catch {
            // The index is rebuilt, whatever the error is.
            return nil
        }
        guard isOurs == 4 else { return nil }
        self.init(files: files)
    }

    private static func write(_ file: IndexedConversation, _ stem: String, to writer: inout JSONWriter) {
        writer.write(raw: "{\"file\":")
        writer.write(string: stem)
        writer.write(raw: ",\"inode\":")
        writer.write(Int(bitPattern: UInt(truncatingIfNeeded: file.state.inode)))
        writer.write(raw: ",\"size\":")
        // The proof isn't stored, so a size of -1 makes the next reader of the index read the file again.
        writer.write(file.isSettled ? Int(file.state.size) : -1)
        writer.write(raw: ",\"seconds\":")
        writer.write(Int(file.state.seconds))
        writer.write(raw: ",\"nanoseconds\":")
        writer.write(Int(file.state.nanoseconds))
        if let info = file.info { write(info, to: &writer) }
        if !file.isOwnerKnown { writer.write(raw: ",\"ownerUnknown\":true") }
        writer.write(raw: "}")
    }

    private static func write(_ info: ConversationInfo, to writer: inout JSONWriter) {
        writer.write(raw: ",\"id\":")
        writer.write(string: info.id.rawValue)
        if let title = info.title {
            writer.write(raw: ",\"title\":")
            writer.write(string: title)
        }
        if let owner = info.owner {
            var fields: JSONObject = [:]
            if let user = owner.user { fields["user"] = .string(user) }
            if let organization = owner.organization { fields["organization"] = .string(organization) }
            writer.write(raw: ",\"owner\":")
            writer.write(.object(fields))
        }
        writer.write(raw: ",\"created\":")
        StoredDate.write(info.created, to: &writer)
        writer.write(raw: ",\"updated\":")
        StoredDate.write(info.updated, to: &writer)
        if !info.metadata.isEmpty {
            writer.write(raw: ",\"metadata\":")
            writer.write(.object(info.metadata))
        }
        if let origin = info.origin {
            var fields: JSONObject = [:]
            if let conversation = origin.conversation { fields["conversation"] = .string(conversation.rawValue) }
            if let entry = origin.entry { fields["entry"] = .string(entry.rawValue) }
            writer.write(raw: ",\"origin\":")
            writer.write(.object(fields))
        }
        writer.write(raw: ",\"messages\":")
        writer.write(info.messageCount)
        writer.write(raw: ",\"entries\":")
        writer.write(info.entryCount)
        if info.isDamaged { writer.write(raw: ",\"damaged\":true") }
    }

    /// Reads a count, and rejects values that this library never writes.
    private static func readCount(from reader: inout JSONReader) throws(JSONError) -> Int {
        let offset = reader.offset
        let count = try reader.readInt()
        guard count >= 0, count < 1 << 40 else { throw JSONError(code: .numberOutOfRange, offset: offset) }
        return count
    }

    private static func readFile(
        from reader: inout JSONReader
    ) throws(JSONError) -> (String, IndexedConversation) {
        var stem = ""
        var state = IndexedConversation.State(inode: 0, size: -1, seconds: 0, nanoseconds: 0)
        let nothing = Date(timeIntervalSinceReferenceDate: 0)
        var info = ConversationInfo(id: "", created: nothing, updated: nothing)
        var isConversation = false
        var isOwnerKnown = true
        try reader.readObject { key, reader throws(JSONError) in
            if key == "file" {
                stem = try reader.readString()
            } else if key == "inode" {
                state.inode = UInt64(UInt(bitPattern: try reader.readInt()))
            } else if key == "size" {
                state.size = Int64(try reader.readInt())
            } else if key == "seconds" {
                state.seconds = Int64(try reader.readInt())
            } else if key == "nanoseconds" {
                state.nanoseconds = Int64(try reader.readInt())
            } else if key == "id" {
                info.id = ConversationID(try reader.readString())
                isConversation = true
            } else if key == "title" {
                info.title = try reader.readString()
            } else if key == "owner" {
                let fields = try reader.readFields()
                info.owner = Owner(
                    user: fields["user"]?.stringValue,
                    organization: fields["organization"]?.stringValue
                )
            } else if key == "created" {
                info.created = try StoredDate.read(from: &reader)
            } else if key == "updated" {
                info.updated = try StoredDate.read(from: &reader)
            } else if key == "metadata" {
                info.metadata = try reader.readFields()
            } else if key == "origin" {
                let fields = try reader.readFields()
                info.origin = ForkOrigin(
                    conversation: fields["conversation"]?.stringValue.map { ConversationID($0) },
                    entry: fields["entry"]?.stringValue.map { EntryID($0) }
                )
            } else if key == "messages" {
                info.messageCount = try readCount(from: &reader)
            } else if key == "entries" {
                info.entryCount = try readCount(from: &reader)
            } else if key == "damaged" {
                info.isDamaged = try reader.readValue().boolValue ?? false
            } else if key == "ownerUnknown" {
                isOwnerKnown = try reader.readValue().boolValue != true
            } else {
                try reader.skipValue()
            }
        }
        var file = IndexedConversation(state: state, info: isConversation ? info : nil)
        // Earlier versions didn't store this.
        file.isOwnerKnown = isOwnerKnown && !(info.isDamaged && info.owner == nil)
        return (stem, file)
    }
}
