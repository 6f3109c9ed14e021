import ConversationHistory
import ConversationHistoryLibrary

/// A turn more on a conversation of N messages, through the store of a library.
enum LibraryTurnBenchmark {
    private static let group = "library-turn"

    static func run(_ sample: Sample, _ report: Report) async throws {
        let kinds = MeasuredLibraries.wanted(in: group, report)
        var (names, measurements): ([String], [Measurement]) = ([], [])
        var ends: [() async -> Void] = []
        for kind in kinds {
            let (measurement, end) = try await measurement(kind, sample)
            names.append(measurement.name)
            measurements.append(measurement)
            ends.append(end)
        }
        let times = try await Measurement.times(of: measurements, rounds: 60, seconds: 20)
        for (name, list) in zip(names, times) { report.add(Figure(name, sample.messageCount, unit: "ms", list)) }
        for name in names { report.addGrowth(of: name, size: sample.messageCount) }
        for end in ends { await end() }
        for kind in kinds { try await count(kind, sample, report) }
    }

    /// One store that is given turn after turn.
    private static func measurement(
        _ kind: (some MeasuredLibrary).Type,
        _ sample: Sample
    ) async throws -> (Measurement, end: () async -> Void) {
        let measured = try await kind.init(durability: .full)
        let store = measured.library.store(for: "conversation")
        var snapshot = sample.snapshot
        try await store.save(snapshot)
        var turns = Sample.turns(100)[...]
        let measurement = Measurement("\(group)/\(kind.name)") {
            guard let (question, answer) = turns.popFirst() else { return }
            try snapshot.append(question)
            try snapshot.append(answer)
            try await store.save(snapshot)
        }
        return (measurement, { await measured.close() })
    }

    private static func count(
        _ kind: (some MeasuredLibrary).Type,
        _ sample: Sample,
        _ report: Report
    ) async throws {
        let measured = try await kind.init(durability: .full)
        try await measured.library.store(for: "conversation").save(sample.snapshot)
        let counted = try await measured.counted()
        let store = counted.library.store(for: "conversation")
        guard var snapshot = try await store.load() else { return }
        let turns = Sample.turns(20)
        let name = "\(group)/\(kind.name)"
        try await report.addCounts(name, sample.messageCount, of: counted, rounds: turns.count) { round in
            try snapshot.append(turns[round].question)
            try snapshot.append(turns[round].answer)
            try await store.save(snapshot)
        }
        await measured.close()
    }
}
