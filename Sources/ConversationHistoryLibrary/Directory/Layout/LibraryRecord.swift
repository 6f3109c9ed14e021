import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The metadata of a directory library, stored in the history itself, so that the history contains all that lists show.
///
/// The library removes it from the snapshots that it returns.
struct LibraryRecord: Hashable, Sendable {
    /// The id of the conversation in the library, which may differ from the snapshot's own id.
    var id: ConversationID

    /// The date when the conversation began, even if the snapshot has none.
    var created: Date

    /// The date of the last change, even if the snapshot has none.
    var updated: Date

    /// The number of saves of the history.
    ///
    /// Unlike the history's own revision, it doesn't count changes of title, owner and metadata by the library.
    var revision: Int

    /// A random value that distinguishes states with the same revision, such as before and after a backup was restored.
    ///
    /// `nil` if an earlier version of the library saved the history last.
    var mark: String?

    /// Fields that this version doesn't know.
    var unknown: JSONObject = [:]

    /// Counts a save of the history.
    mutating func countSave() {
        revision += 1
        mark = ConversationID.unique().rawValue
    }
}

extension LibraryRecord {
    /// Parses a record; `nil` if it is invalid, so that the library derives it from the history again.
    init?(_ annotation: JSONValue) {
        guard case .object(let fields) = annotation else { return nil }
        var id: ConversationID?
        var created: Date?
        var updated: Date?
        var revision = 0
        var mark: String?
        var unknown: JSONObject = [:]
        for (key, value) in fields {
            switch (key, value) {
            case ("id", .string(let text)): id = ConversationID(text)
            case ("mark", .string(let text)): mark = text
            case ("created", _):
                guard let date = StoredDate.date(of: value) else { return nil }
                created = date
            case ("updated", _):
                guard let date = StoredDate.date(of: value) else { return nil }
                updated = date
            case ("revision", .number(let number)):
                // A revision that saves could overflow is invalid.
                guard let count = Int(number.text), (0..<Int.max / 2).contains(count) else { return nil }
                revision = count
            case ("id", _), ("mark", _), ("revision", _): return nil
            default: unknown.append(key: key, value: value)
            }
        }
        guard let id, let created else { return nil }
        self.init(
            id: id,
            created: created,
            updated: updated ?? created,
            revision: revision,
            mark: mark,
            unknown: unknown
        )
    }

    /// The record in its stored form in the history.
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
    /// The directory library's record of this history; `nil` if the history was never in such a library.
    var storedRecord: LibraryRecord? {
        get { annotation.flatMap(LibraryRecord.init) }
        set { annotation = newValue?.annotation }
    }
}
