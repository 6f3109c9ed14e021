import ConversationHistory

/// What snapshots cost that share their entries.
enum SnapshotBenchmark {
    /// How often something is done while it is timed, since once takes less than the clock can tell.
    private static let repetitions = 200

    static func run(_ sample: Sample, _ report: Report) async throws {
        let base = sample.snapshot
        var grown = base
        let message = ChatMessage.user("Go on.")
        try grown.append(message)
        let next = grown
        let measurements = [
            Measurement("append to a shared one") {
                for _ in 0..<repetitions {
                    var copy = base
                    try copy.append(message)
                    keep(copy)
                }
            },
            Measurement("compare with a grown one") { for _ in 0..<repetitions { keep(base == next) } },
            Measurement("compare with a copy") { for _ in 0..<repetitions { keep(base == sample.snapshot) } },
        ]
        let times = try await Measurement.times(of: measurements, rounds: 20, seconds: 3)
        for (measurement, list) in zip(measurements, times) {
            let each = list.map { $0 * 1e6 / Double(repetitions) }
            report.add(Figure("snapshot/\(measurement.name)", sample.messageCount, unit: "ns", each))
        }
    }
}
