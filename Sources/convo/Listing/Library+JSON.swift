import ConversationHistory
import ConversationHistoryLibrary
import Foundation

// The members have the same names as in the package's own files.

extension ConversationInfo {
    /// The JSON output for a conversation.
    var json: JSONObject {
        var object: JSONObject = ["id": .string(id.rawValue)]
        object.add("title", title)
        object.add("owner", owner?.json)
        object.add("created", StoredDate.value(of: created))
        object.add("updated", StoredDate.value(of: updated))
        if !metadata.isEmpty { object.add("metadata", .object(metadata)) }
        object.add("origin", origin?.json)
        object.add("messages", messageCount)
        object.add("entries", entryCount)
        object.add("deleted", deleted.map(StoredDate.value(of:)))
        if isDamaged { object.add("damaged", .bool(true)) }
        return object
    }
}

extension Owner {
    fileprivate var json: JSONValue {
        var object: JSONObject = [:]
        object.add("user", user)
        object.add("organization", organization)
        return .object(object)
    }

    /// The owner in text output.
    var displayName: String { [user, organization].compactMap(\.self).joined(separator: " / ") }
}

extension ForkOrigin {
    fileprivate var json: JSONValue {
        var object: JSONObject = [:]
        object.add("conversation", conversation?.rawValue)
        object.add("entry", entry?.rawValue)
        return .object(object)
    }
}

extension SearchHit {
    /// The JSON output for a hit.
    var json: JSONValue {
        var object: JSONObject = ["conversation": .string(conversation.rawValue)]
        object.add("title", title)
        object.add("entry", entry.rawValue)
        object.add("position", position)
        object.add("date", date.map(StoredDate.value(of:)))
        object.add("role", role?.rawValue)
        let matches = snippet.matches.map { match in
            JSONValue.array([.number(JSONNumber(match.lowerBound)), .number(JSONNumber(match.upperBound))])
        }
        object.add("snippet", ["text": .string(snippet.text), "matches": .array(matches)])
        object.add("occurrences", occurrences)
        return .object(object)
    }
}

extension ArtifactInfo {
    /// The JSON output for an artifact.
    var json: JSONObject {
        var object: JSONObject = ["name": .string(name)]
        object.add("type", type)
        object.add("version", version)
        object.add("bytes", byteCount)
        object.add("created", StoredDate.value(of: created))
        return object
    }
}

extension LibraryProblem {
    /// The JSON output for a problem.
    var json: JSONValue {
        var object: JSONObject = ["kind": .string(kind.rawValue)]
        object.add("conversation", conversation?.rawValue)
        object.add("description", description)
        return .object(object)
    }
}
