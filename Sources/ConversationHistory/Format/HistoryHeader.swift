#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What stands at the head of a stored history: what it is, and what never changes.
struct HistoryHeader: Sendable {
    /// A reader that has seen so many bytes and no line feed takes the history for a document.
    static let largestLine = 512 << 10

    var version = 2
    var messageFormat: String
    /// Random; told anew whenever a history is begun or overwritten, so that a revision of one is never taken for a
    /// revision of another.
    var lineage: String
    var id: ConversationID?
    var created: Date?
    var unknown: JSONObject = [:]

    /// Writes the header without the history: what is left out is what follows the opening bracket.
    func write(to writer: inout JSONWriter) {
        writer.write(raw: "{\"format\":")
        writer.write(string: HistoryFormat.name)
        writer.write(raw: ",\"version\":")
        writer.write(version)
        writer.write(raw: ",\"messages\":")
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
        writer.write(raw: HistoryFormat.headerEnd)
    }

    /// Takes a member of the document that is neither the history nor the state.
    mutating func take(_ key: borrowing JSONKey, from reader: inout JSONReader) throws(JSONError) {
        if key == "messages" {
            messageFormat = try reader.readString()
        } else if key == "lineage" {
            lineage = try reader.readString()
        } else if key == "id" {
            id = ConversationID(try reader.readString())
        } else if key == "created" {
            created = try StoredDate.read(from: &reader)
        } else {
            unknown.append(key: key.string, value: try reader.readValue())
        }
    }

    /// Throws if this history holds messages of another type.
    func checkMessageFormat<Message: HistoryMessage>(_ type: Message.Type) throws(SnapshotDecodingError) {
        guard messageFormat != Message.formatName else { return }
        throw SnapshotDecodingError(
            .wrongMessageType,
            offset: 0,
            "The history holds messages of the type \"\(messageFormat)\", not \"\(Message.formatName)\"."
        )
    }
}
