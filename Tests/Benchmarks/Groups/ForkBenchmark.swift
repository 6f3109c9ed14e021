import ConversationHistory
import ConversationHistoryLibrary

/// A fork of a conversation of N messages, beside a copy: what is loaded, and saved under another id.
enum ForkBenchmark {
    private static let group = "fork"

    static func run(_ sample: Sample, _ report: Report) async throws {
        for kind in MeasuredLibraries.wanted(in: group, report) { try await run(kind, sample, report) }
    }

    private static func run(
        _ kind: (some MeasuredLibrary).Type,
        _ sample: Sample,
        _ report: Report
    ) async throws {
        let size = sample.messageCount
        let measured = try await kind.init(durability: .full)
        try await measured.library.store(for: "original").save(sample.snapshot)
        try measured.settle()
        let (fork, copy) = ("\(group)/\(kind.name)", "\(group)/\(kind.name) copy")
        let library = measured.library
        let times = try await Measurement.times(
            of: [
                Measurement(fork) { try await Self.fork(in: library) },
                Measurement(copy) { try await Self.copy(in: library) },
            ],
            rounds: 10,
            seconds: 5
        )
        report.add(Figure(fork, size, unit: "ms", times[0]))
        report.add(Figure(copy, size, unit: "ms", times[1]))
        report.addRatio("\(group)/\(kind.name) copy over fork", of: copy, to: fork, size: size)
        let counted = try await measured.counted()
        try await report.addCounts(fork, size, of: counted, rounds: 3) { _ in
            try await Self.fork(in: counted.library)
        }
        try await report.addCounts(copy, size, of: counted, rounds: 3) { _ in
            try await Self.copy(in: counted.library)
        }
        await measured.close()
    }

    private static func fork(in library: some ConversationLibrary<ChatMessage>) async throws {
        _ = try await library.fork("original", after: nil, as: NewConversation())
    }

    private static func copy(in library: some ConversationLibrary<ChatMessage>) async throws {
        guard var snapshot = try await library.store(for: "original").load() else { return }
        let id = ConversationID.unique()
        snapshot.id = id
        try await library.store(for: id).save(snapshot)
    }
}
