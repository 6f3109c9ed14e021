import ConversationHistory
import ConversationHistoryLibrary
import Foundation
import TestSupport

/// A search over N entries in conversations of 100, which belong to 100 users.
enum SearchBenchmark {
    private static let group = "search"
    private static let start = Date(timeIntervalSinceReferenceDate: 800_000_000)

    static func run(_ options: Options, _ report: Report) async throws {
        for kind in MeasuredLibraries.wanted(in: group, report) {
            for size in options.entryCounts {
                guard size <= kind.mostEntries else {
                    printToStandardError("\(group)/\(kind.name): not with \(size) entries, it takes too long.")
                    continue
                }
                try await run(kind, size, report)
            }
        }
    }

    private static func run(_ kind: (some MeasuredLibrary).Type, _ size: Int, _ report: Report) async throws {
        let measured = try await kind.init(durability: .processCrash)
        let library = measured.library
        let filling = ContinuousClock.now
        for number in 0..<(size / 100) {
            try await library.store(for: ConversationID("conversation-\(number)")).save(conversation(number, of: size))
        }
        let name = "\(group)/\(kind.name)"
        let each = filling.duration(to: .now).milliseconds * 1e3 / Double(size)
        report.add(Figure("\(name) filling, an entry", size, unit: "µs", [each]))
        try measured.settle()
        let mine = library.scoped(to: Owner(user: "user-0"))
        let requests = [
            ("rare word", library, SearchRequest("needle")),
            ("common word", library, SearchRequest("common")),
            ("common word by rank", library, SearchRequest("common", order: .byRank)),
            ("phrase", library, SearchRequest("\"golden phrase\"")),
            ("two words", library, SearchRequest("common golden")),
            ("one user's rare word", mine, SearchRequest("needle")),
            ("one user's common word", mine, SearchRequest("common")),
            (
                "one conversation's common word", library,
                SearchRequest("common", conversation: ConversationID("conversation-0"))
            ),
        ]
        let measurements = requests.map { part, library, request in
            Measurement("\(name) \(part)") { try await library.search(request) }
        }
        let times = try await Measurement.times(of: measurements, rounds: 20, seconds: 10)
        for (measurement, list) in zip(measurements, times) {
            report.add(Figure(measurement.name, size, unit: "ms", list))
            report.addGrowth(of: measurement.name, size: size)
        }
        await measured.close()
    }

    /// A hundred entries of a dozen words.
    ///
    /// Of all the entries, ten hold the rare word; of a hundred entries, ten hold the common word, and one the phrase.
    private static func conversation(_ number: Int, of size: Int) throws -> ConversationSnapshot<ChatMessage> {
        var numbers = SeededGenerator(seed: UInt64(number))
        var snapshot = ConversationSnapshot<ChatMessage>(
            title: "Conversation \(number)",
            owner: Owner(user: "user-\(number % 100)"),
            created: start
        )
        for item in 0..<100 {
            var words = (0..<12).map { _ in "word\(Int.random(in: 0..<5_000, using: &numbers))" }
            if item % 10 == 0 { words[2] = "common" }
            if item == 50 { words.replaceSubrange(4...5, with: ["golden", "phrase"]) }
            if item == 70 { words.replaceSubrange(4...6, with: ["golden", "other", "phrase"]) }
            if (number * 100 + item) % (size / 10) == 5 { words[8] = "needle" }
            let date = start.addingTimeInterval(Double(number * 100 + item))
            let message = ChatMessage(
                role: item % 2 == 0 ? .user : .assistant,
                content: [.text(words.joined(separator: " "))]
            )
            try snapshot.append(HistoryEntry(.message(message), date: date))
        }
        return snapshot
    }
}
