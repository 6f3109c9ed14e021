public import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Snapshots with every feature of a snapshot, around messages of any type.
public enum SampleSnapshots {
    /// A history of a version that no store can know yet, with a body of an unknown shape.
    public static let bytesOfNewerVersion = Array(
        #"{"format":"conversation-history","version":4294967297,"body":[[["compressed",17]],"x"],"state":"?"}"#.utf8
    )

    /// Returns snapshots of every kind, each with a name that says what is special about it.
    ///
    /// - Parameter samples: The messages to use, at least one.
    /// - Throws: `SnapshotError` if a message can't be stored.
    public static func all<Message>(
        of samples: [Message]
    ) throws -> [(name: String, snapshot: ConversationSnapshot<Message>)] {
        let bare = ConversationSnapshot(messages: samples)
        let pins = samples.indices.map { $0 % 3 == 1 }
        var named = ConversationSnapshot<Message>(id: "", title: "", owner: Owner(), created: nil)
        named.metadata = ["": ""]
        return [
            ("bare messages", bare),
            ("pinned messages", try ConversationSnapshot(messages: samples, pinned: pins)),
            ("empty names", named),
            ("everything at once", try full(of: samples)),
            ("a fork", try full(of: samples).forked(count: 3, id: "the fork", date: day(12.75))),
            ("an unfinished turn", try unfinished(samples)),
            ("a rewound history", try rewound(samples)),
            ("no entries after a rewind", try emptied(samples)),
        ]
    }

    /// Returns a snapshot with every feature of a snapshot, except a turn in progress.
    ///
    /// - Parameter samples: The messages to use, at least one.
    /// - Throws: `SnapshotError` if a message can't be stored.
    public static func full<Message>(of samples: [Message]) throws -> ConversationSnapshot<Message> {
        var snapshot = try withTurns(samples)
        for (number, sample) in samples.enumerated() {
            var entry = HistoryEntry(.message(sample), id: EntryID("m\(number)"), date: day(1 + Double(number) / 777))
            entry.isPinned = number % 3 == 0
            entry.isIncomplete = number % 5 == 4
            if number % 4 == 1 { entry.sender = "agent \"\(number)\" e\u{301}" }
            if number % 4 == 2 { entry.metadata = ["rating": 5, "e\u{301}": "\u{e9}", "n": nil] }
            if number % 7 == 3 { entry.date = nil }
            try snapshot.append(entry)
        }
        let actions: [HistoryAction] = [
            HistoryAction(name: "approved"), HistoryAction(name: "", payload: ["button": 2, "at": [1.5, "x"]]),
        ]
        for (number, action) in actions.enumerated() {
            try snapshot.append(HistoryEntry(.action(action), id: EntryID("a\(number)"), date: day(2)))
        }
        let summary = HistorySummary(message: plainest(of: samples), through: "m0")
        try snapshot.append(HistoryEntry(.summary(summary), id: "s0", date: day(3.000_001), isPinned: true))
        return snapshot
    }

    /// Returns a date some days after 2026-01-01, with a fraction that binary numbers can't hold exactly.
    private static func day(_ days: Double) -> Date {
        Date(timeIntervalSinceReferenceDate: 788_918_400.123_456 + days * 86_400)
    }

    private static func unfinished<Message>(_ samples: [Message]) throws -> ConversationSnapshot<Message> {
        var snapshot = try full(of: samples)
        let start = snapshot.entries.count
        snapshot.openTurn = Turn(id: "open", entries: start..<start + 2, started: day(4))
        try snapshot.append(HistoryEntry(.message(samples[0]), id: "asked", date: day(4)))
        try snapshot.append(HistoryEntry(.message(samples[0]), id: "draft", date: nil, isIncomplete: true))
        return snapshot
    }

    private static func rewound<Message>(_ samples: [Message]) throws -> ConversationSnapshot<Message> {
        var snapshot = try full(of: samples)
        snapshot.rewind(to: snapshot.entries.count - 2, date: day(5))
        try snapshot.append(HistoryEntry(.message(samples[0]), id: "instead", date: day(6)))
        snapshot.rewind(to: 1, date: nil)
        try snapshot.append(HistoryEntry(.message(samples[0]), id: "again", date: day(7)))
        return snapshot
    }

    private static func emptied<Message>(_ samples: [Message]) throws -> ConversationSnapshot<Message> {
        var snapshot = try rewound(samples)
        snapshot.rewind(to: 0, date: day(8))
        return snapshot
    }

    /// Returns snapshots whose order of entries can't be derived from dates or ids.
    static func strangelyOrdered<Message>(
        _ samples: [Message]
    ) throws -> [(name: String, snapshot: ConversationSnapshot<Message>)] {
        func snapshot(
            _ id: (Int) -> String,
            _ date: (Int) -> Date?
        ) throws -> ConversationSnapshot<Message> {
            var snapshot = ConversationSnapshot<Message>(id: "ordered")
            for number in 0..<40 {
                let sample = samples[number % samples.count]
                try snapshot.append(HistoryEntry(.message(sample), id: EntryID(id(number)), date: date(number)))
            }
            return snapshot
        }
        return [
            ("equal dates", try snapshot({ "\($0 * 17 % 40)" }, { _ in day(1) })),
            ("dates that go back", try snapshot({ "\($0)" }, { day(Double(-$0)) })),
            ("ids that go back and no dates", try snapshot({ "\(99 - $0)" }, { _ in nil })),
            ("dates at random", try snapshot({ "\($0)" }, { day(Double($0 * 17 % 40)) })),
        ]
    }

    /// Returns the first sample that is not nested to the maximum depth.
    static func plainest<Message: HistoryMessage>(of samples: [Message]) -> Message {
        samples.first { sample in
            // A sample that can't be encoded or parsed is not plain.
            guard let bytes = try? ConversationSnapshot(messages: [sample]).encoded(style: .pretty) else {
                return false
            }
            return (try? JSONValue(parsing: bytes)) != nil
        } ?? samples[0]
    }
}
