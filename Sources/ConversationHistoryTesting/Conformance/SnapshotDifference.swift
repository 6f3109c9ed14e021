import ConversationHistory
import ConversationHistoryLibrary

/// A comparison of two snapshots, by equality and by their encoded bytes.
enum SnapshotDifference {
    /// Returns words for the difference that complete a sentence, or `nil` if the snapshots are equal.
    ///
    /// The words never quote the conversation.
    static func between<Message>(
        _ saved: ConversationSnapshot<Message>,
        _ loaded: ConversationSnapshot<Message>?
    ) -> String? {
        guard let loaded else { return "load returned nil." }
        if saved == loaded, bytes(saved) == bytes(loaded) { return nil }
        return "load returned another snapshot than the saved one: \(detail(saved, loaded))"
    }

    private static func detail<Message>(
        _ saved: ConversationSnapshot<Message>,
        _ loaded: ConversationSnapshot<Message>
    ) -> String {
        if saved.entries.count != loaded.entries.count {
            return "\(loaded.entries.count) entries instead of \(saved.entries.count)."
        }
        for position in saved.entries.indices {
            let (left, right) = (saved.entries[position], loaded.entries[position])
            if left == right, bytes(of: left) == bytes(of: right) { continue }
            return "entry \(position) has another \(part(left, right))."
        }
        if saved.id != loaded.id { return "another id." }
        if saved.title.map(Identifier<Message>.init(_:)) != loaded.title.map(Identifier<Message>.init(_:)) {
            return "another title."
        }
        if saved.owner != loaded.owner { return "another owner." }
        if saved.created != loaded.created || saved.updated != loaded.updated { return "other dates." }
        if saved.origin != loaded.origin { return "another origin." }
        if saved.metadata != loaded.metadata { return "other metadata." }
        if saved.turns != loaded.turns || saved.openTurn != loaded.openTurn { return "other turns." }
        if saved.rewound != loaded.rewound { return "another rewound history." }
        return "its encoded bytes differ."
    }

    private static func part<Message>(_ left: HistoryEntry<Message>, _ right: HistoryEntry<Message>) -> String {
        if left.id != right.id { return "id" }
        if left.date != right.date { return "date" }
        if left.isPinned != right.isPinned { return "pin" }
        if left.isIncomplete != right.isIncomplete { return "incomplete mark" }
        if left.sender != right.sender { return "sender" }
        if left.metadata != right.metadata { return "metadata" }
        return "content"
    }

    private static func bytes<Message>(of entry: HistoryEntry<Message>) -> [UInt8]? {
        var snapshot = ConversationSnapshot<Message>()
        // Entries that can't be stored have no bytes, and are compared only by equality.
        guard (try? snapshot.append(entry)) != nil else { return nil }
        return bytes(snapshot)
    }

    private static func bytes<Message>(_ snapshot: ConversationSnapshot<Message>) -> [UInt8]? {
        // Snapshots that can't be encoded have no bytes, and are compared only by equality.
        try? snapshot.encoded()
    }
}
