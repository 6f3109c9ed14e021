import ConversationHistory
import ConversationHistoryLibrary

/// Snapshots as other versions write them, and damaged bytes.
extension SampleSnapshots {
    /// Invalid stored bytes, each with a name.
    static let damaged: [(name: String, bytes: [UInt8])] = [
        ("nothing at all", []),
        ("a line feed", [0x0a]),
        ("zeros", [UInt8](repeating: 0, count: 512)),
        ("garbage", (0..<400).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ 77) }),
        ("prose", Array("Dear diary, nothing was said today.\n".utf8)),
        ("an empty object", Array("{}".utf8)),
        ("an empty array", Array("[]".utf8)),
        ("null", Array("null".utf8)),
        ("a history without its body", Array(#"{"format":"conversation-history","version":2}"#.utf8)),
        (
            "a history of the wrong shape",
            Array(#"{"format":"conversation-history","version":2,"history":7,"state":[]}"#.utf8)
        ),
        ("another program's file", Array(#"{"name":"settings","version":2,"messages":{"theme":"dark"}}"#.utf8)),
    ]

    /// Returns a snapshot with turns, an owner, an origin and metadata, and few entries.
    static func withTurns<Message>(_ samples: [Message]) throws -> ConversationSnapshot<Message> {
        try rewritten(small(samples)) { document in
            var records = document["history"]?.arrayValue ?? []
            records += [
                [
                    "turn": [
                        "id": "t1", "entries": [0, 2], "started": "2026-01-02T03:04:05.678Z", "outcome": "completed",
                        "ended": "2026-01-02T03:04:06Z",
                        "usage": ["input_tokens": 1200, "output_tokens": 34, "price": "0.0012", "cached": 1000],
                    ]
                ],
                ["turn": ["id": "t2", "entries": [2, 2], "outcome": "failed"]],
            ]
            document["history"] = .array(records)
            document["state"]?["count"] = .number(JSONNumber(records.count))
        }
    }

    /// Returns a snapshot with entries of kinds that this version doesn't know.
    static func withUnknownKinds<Message>(_ samples: [Message]) throws -> ConversationSnapshot<Message> {
        try rewritten(small(samples)) { document in
            var records = document["history"]?.arrayValue ?? []
            records[0]["holographic"] = ["level": 3]
            records.insert(["id": "v1", "vote": ["for": "b", "weights": [1e-7, 2]], "pinned": true], at: 1)
            records.append(["id": "v2", "date": "2031-01-01T00:00:00.5Z", "gesture": "nod", "hand": nil])
            document["history"] = .array(records)
            document["state"]?["count"] = .number(JSONNumber(records.count))
        }
    }

    /// Returns a snapshot with members that this version doesn't know.
    static func withUnknownMembers<Message>(_ samples: [Message]) throws -> ConversationSnapshot<Message> {
        try rewritten(small(samples)) { document in
            // Known members keep their positions; the order of the unknown ones is kept, too.
            var header: JSONObject = [:]
            for (key, value) in document.objectValue ?? [:] {
                if key == "history" { header["encryption"] = ["kind": "none", "rounds": 9_007_199_254_740_993] }
                header.append(key: key, value: value)
            }
            document = .object(header)
            document["state"]?["mood"] = ["z": 1, "a": [nil, "caf\u{e9}"]]
            document["state"]?["language"] = "eo"
        }
    }

    /// Returns a snapshot with half a surrogate pair, as other programs write it in JSON.
    static func withLoneSurrogate<Message>(_ samples: [Message]) throws -> ConversationSnapshot<Message> {
        let mark = "half-of-a-pair"
        var snapshot = try small(samples)
        var entry = HistoryEntry(.message(plainest(of: samples)), id: "half", date: nil)
        entry.metadata = ["note": .string("before \(mark) after")]
        try snapshot.append(entry)
        if let result = ChatMessage.toolResult(callID: "call", text: "cut here: \(mark)") as? Message {
            try snapshot.append(HistoryEntry(.message(result), id: "result", date: nil))
        }
        let bytes = try snapshot.encoded(style: .pretty)
        var rewritten: [UInt8] = []
        var position = 0
        while position < bytes.count {
            if bytes[position...].starts(with: mark.utf8) {
                rewritten += #"\ud83d"#.utf8
                position += mark.utf8.count
            } else {
                rewritten.append(bytes[position])
                position += 1
            }
        }
        return try ConversationSnapshot(decoding: rewritten)
    }

    /// Returns a history whose first message is JSON that the type doesn't decode.
    ///
    /// - Parameter bytes: A stored history that holds a message.
    /// - Returns: `nil` if the bytes are not in this package's form, or if the type decodes any value.
    static func withUndecodableMessage<Message: HistoryMessage>(_ bytes: [UInt8], _ type: Message.Type) -> [UInt8]? {
        func document(_ message: JSONValue) throws -> [UInt8] {
            let snapshot = try ConversationSnapshot<Message>(decoding: bytes)
            // In the indented style, which has no checksum.
            var document = try JSONValue(parsing: try snapshot.encoded(style: .pretty))
            var records = document["history"]?.arrayValue ?? []
            records[0]["message"] = message
            document["history"] = .array(records)
            return Array(document.jsonString.utf8)
        }
        for message: JSONValue in [7, "x", true, nil, [], [7], [:], ["a": 7]] {
            // Bytes that are not in this package's form can't be changed.
            guard let document = try? document(message) else { return nil }
            do throws(SnapshotDecodingError) { _ = try ConversationSnapshot<Message>(decoding: document) } catch {
                return document
            }
        }
        return nil
    }

    private static func small<Message>(_ samples: [Message]) throws -> ConversationSnapshot<Message> {
        var snapshot = ConversationSnapshot<Message>(
            id: "conversation e\u{301}",
            title: "Füße \"&\" caf\u{65}\u{301} 🧵",
            owner: Owner(user: "u-1", organization: ""),
            created: nil
        )
        snapshot.origin = ForkOrigin(conversation: "parent", entry: "e7")
        snapshot.metadata = [
            "model": "m", "numbers": [1, 1.0, 9_007_199_254_740_993], "none": nil, "a": ["z": 1, "b": 2],
        ]
        for id in ["first", "second"] {
            try snapshot.append(HistoryEntry(.message(plainest(of: samples)), id: EntryID(id), date: nil))
        }
        return snapshot
    }

    /// Returns a snapshot after a change of its stored form.
    private static func rewritten<Message>(
        _ snapshot: ConversationSnapshot<Message>,
        _ change: (inout JSONValue) -> Void
    ) throws -> ConversationSnapshot<Message> {
        var document = try JSONValue(parsing: try snapshot.encoded(style: .pretty))
        change(&document)
        return try ConversationSnapshot(decoding: document.jsonString.utf8)
    }
}
