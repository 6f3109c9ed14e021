import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a directory library keeps in the state of a history, so that nothing it lists is known from elsewhere.
///
/// A snapshot that a library hands out does not have it.
struct LibraryRecord: Hashable, Sendable {
    /// The id under which the library knows the conversation; the snapshot's own may be another one, or none.
    var id: ConversationID

    /// When the conversation began, even if the snapshot does not say so.
    var created: Date

    /// When the conversation last changed, even if the snapshot does not say so.
    var updated: Date

    /// How often the history was saved.
    ///
    /// Unlike the history's own revision, it does not count the changes of title, owner and metadata that the library
    /// makes.
    var revision: Int

    /// What tells states of the same number apart, such as those before and after a backup was put back: random.
    ///
    /// `nil` if the history was last saved by a version that did not write it.
    var mark: String?

    /// Members that this version does not know.
    var unknown: JSONObject = [:]

    /// Counts a save of the history.
    mutating func countSave() {
        revision += 1
        mark = ConversationID.unique().rawValue
    }
}

extension LibraryRecord {
    /// Reads a record; `nil` if this is none that a library has written.
    init?(_ annotation: JSONValue) {
        guard case .object = annotation else { return nil }
        var text = JSONWriter(capacity: 256)
        text.write(annotation)
        let record = text.withPaddedBytes { bytes in
            var reader = JSONReader(bytes)
            // What does not read as a record is replaced by what the history itself says.
            return try? Self.read(from: &reader)
        }
        guard let record else { return nil }
        self = record
    }

    private static func read(from reader: inout JSONReader) throws(JSONError) -> LibraryRecord? {
        var id: ConversationID?
        var created: Date?
        var updated: Date?
        var revision = 0
        var mark: String?
        var unknown: JSONObject = [:]
        try reader.readObject { key, reader throws(JSONError) in
            if key == "id" {
                id = ConversationID(try reader.readString())
            } else if key == "created" {
                created = try StoredDate.read(from: &reader)
            } else if key == "updated" {
                updated = try StoredDate.read(from: &reader)
            } else if key == "revision" {
                let offset = reader.offset
                revision = try reader.readInt()
                // One so high that a save could not count on from it was not made by saving.
                guard revision >= 0, revision < Int.max / 2 else {
                    throw JSONError(code: .numberOutOfRange, offset: offset)
                }
            } else if key == "mark" {
                mark = try reader.readString()
            } else {
                unknown.append(key: key.string, value: try reader.readValue())
            }
        }
        guard let id, let created else { return nil }
        return LibraryRecord(
            id: id,
            created: created,
            updated: updated ?? created,
            revision: revision,
            mark: mark,
            unknown: unknown
        )
    }

    /// The record as a member of the history's state.
    var annotation: JSONValue {
        var fields: JSONObject = [
            "id": .string(id.rawValue),
            "created": StoredDate.value(of: created),
            "updated": StoredDate.value(of: updated),
            "revision": .number(JSONNumber(revision)),
        ]
        if let mark { fields.append(key: "mark", value: .string(mark)) }
        for (key, value) in unknown { fields.append(key: key, value: value) }
        return .object(fields)
    }
}

extension ConversationSnapshot {
    /// What a directory library keeps with this history; `nil` if the history was never in one.
    var storedRecord: LibraryRecord? {
        get { annotation.flatMap(LibraryRecord.init) }
        set { annotation = newValue?.annotation }
    }
}
