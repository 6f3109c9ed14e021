#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// The header of a stored history: the format and the members that never change.
package struct HistoryHeader: Sendable {
    /// The size in bytes of the largest header line that is written.
    ///
    /// It is small enough for a reader to find the line feed in the first part that it reads; without one there, the
    /// reader treats the history as a document.
    static let largestLine = 512 << 10

    var version = 2
    var messageFormat: String
    /// A random name, renewed whenever a history is begun or overwritten, so that the revisions of two histories are
    /// never confused.
    var lineage: String
    package var id: ConversationID?
    package var created: Date?
    package var unknown: JSONObject = [:]
    /// The members as they were read, if writing the header would not reproduce them.
    package var stored: StoredForm?
    private var text: [UInt8] = []
    private var isLossy = false
    private var seen = SeenMembers()

    package init(
        messageFormat: String,
        lineage: String,
        id: ConversationID? = nil,
        created: Date? = nil,
        unknown: JSONObject = [:],
        stored: StoredForm? = nil
    ) {
        self.messageFormat = messageFormat
        self.lineage = lineage
        self.id = id
        self.created = created
        self.unknown = unknown
        self.stored = stored
    }

    /// Writes the header up to and including the opening bracket of the history.
    func write(to writer: inout JSONWriter) {
        writer.write(raw: "{\"format\":")
        writer.write(string: HistoryFormat.name)
        writer.write(raw: ",\"version\":")
        writer.write(version)
        let known = object
        writer.append(members: stored?.updated(to: known) ?? known)
        writer.write(raw: HistoryFormat.headerEnd)
    }

    /// The members that differ from one history to another, as an object.
    private var object: [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.write(raw: "{\"messages\":")
        writer.write(string: messageFormat)
        writer.write(raw: ",\"lineage\":")
        writer.write(string: lineage)
        if let id {
            writer.write(raw: ",\"id\":")
            writer.write(string: id.rawValue)
        }
        if let created {
            writer.write(raw: ",\"created\":")
            StoredDate.write(created, to: &writer)
        }
        writer.write(fields: unknown)
        writer.write(raw: "}")
        return writer.withUnsafeBytes(Array.init)
    }

    /// Reads a member of the document other than the history and the state.
    package mutating func take(_ key: borrowing JSONKey, from reader: inout JSONReader) throws(JSONError) {
        let start = key.start - 1 - reader.start
        if key == "messages" {
            seen.note(0, &reader)
            messageFormat = try reader.readString()
        } else if key == "lineage" {
            seen.note(1, &reader)
            lineage = try reader.readString()
        } else if key == "id" {
            seen.note(2, &reader)
            id = ConversationID(try reader.readString())
        } else if key == "created" {
            seen.note(3, &reader)
            created = try StoredDate.read(from: &reader)
        } else {
            unknown.append(key: key.string, value: try reader.readValue())
        }
        // `isLossy` also covers the key, which was read before this call.
        isLossy = isLossy || reader.isLossy
        text += (text.isEmpty ? [] : [JSONBytes.comma]) + reader.compactBytes(from: start)
    }

    /// Keeps the stored form, if necessary, after all members were read.
    package mutating func finish() {
        if isLossy { stored = StoredForm(text: [JSONBytes.openBrace] + text + [JSONBytes.closeBrace], written: object) }
        text = []
    }

    /// Throws an error if this history contains messages of another type.
    func checkMessageFormat<Message: HistoryMessage>(_ type: Message.Type) throws(SnapshotDecodingError) {
        guard messageFormat != Message.formatName, Message.self != UninterpretedMessage.self else { return }
        throw SnapshotDecodingError(
            .wrongMessageType,
            offset: 0,
            "The history holds messages of the type \"\(messageFormat)\", not \"\(Message.formatName)\"."
        )
    }
}

extension HistoryHeader {
    /// Returns the length of the header line without its line feed; `nil` if the bytes don't begin with a header line.
    static func lineCount(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let start: StaticString = "{\"format\":\""
        let end = HistoryFormat.headerEnd
        guard bytes.starts(with: start.bytes) else { return nil }
        let count = bytes.firstLineFeed(from: 0) ?? bytes.count
        guard count >= end.utf8CodeUnitCount,
            bytes[(count - end.utf8CodeUnitCount)..<count].elementsEqual(end.bytes)
        else { return nil }
        return count
    }

    /// Reads a header line.
    static func read(line: UnsafeRawBufferPointer) throws(SnapshotDecodingError) -> HistoryHeader {
        var writer = JSONWriter(capacity: line.count + 16)
        writer.append(line)
        writer.write(raw: "]}")
        return try writer.withPaddedBytes { bytes throws(SnapshotDecodingError) in
            var reader = JSONReader(bytes, maximumDepth: HistoryFormat.maximumDepth)
            guard try HistoryKind.find(in: reader) == .version2 else {
                throw SnapshotDecodingError(.notAHistory, offset: 0, "This is not the history of a conversation.")
            }
            var header = HistoryHeader(messageFormat: "", lineage: "")
            do throws(JSONError) {
                try reader.readObject { key, reader throws(JSONError) in
                    if key == "format" || key == "version" || key == "history" {
                        try reader.skipValue()
                    } else {
                        try header.take(key, from: &reader)
                    }
                }
            } catch { throw SnapshotDecodingError(error) }
            header.finish()
            return header
        }
    }
}
