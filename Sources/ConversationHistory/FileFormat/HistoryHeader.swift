#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What stands at the head of a stored history: what it is, and what never changes.
package struct HistoryHeader: Sendable {
    /// A reader that has seen so many bytes and no line feed takes the history for a document.
    static let largestLine = 512 << 10

    var version = 2
    var messageFormat: String
    /// Random; told anew whenever a history is begun or overwritten, so that a revision of one is never taken for a
    /// revision of another.
    var lineage: String
    package var id: ConversationID?
    package var created: Date?
    package var unknown: JSONObject = [:]
    /// The members as they were read, if writing them would lose something.
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

    /// Writes the header without the history: what is left out is what follows the opening bracket.
    func write(to writer: inout JSONWriter) {
        writer.write(raw: "{\"format\":")
        writer.write(string: HistoryFormat.name)
        writer.write(raw: ",\"version\":")
        writer.write(version)
        let known = object
        writer.append(members: stored?.updated(to: known) ?? known)
        writer.write(raw: HistoryFormat.headerEnd)
    }

    /// The members that may differ from one history to another, as an object.
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

    /// Takes a member of the document that is neither the history nor the state.
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
        // Of the key, too.
        isLossy = isLossy || reader.isLossy
        text += (text.isEmpty ? [] : [JSONBytes.comma]) + reader.compactBytes(from: start)
    }

    /// Settles, when all members are taken, what of them must be kept as it was read.
    package mutating func finish() {
        if isLossy { stored = StoredForm(text: [JSONBytes.openBrace] + text + [JSONBytes.closeBrace], written: object) }
        text = []
    }

    /// Throws if this history holds messages of another type.
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
    /// Returns the length of the header line, without its line feed, if the bytes begin with one.
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
