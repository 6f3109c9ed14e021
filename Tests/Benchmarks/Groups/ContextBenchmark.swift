import ConversationHistory

/// Making what goes to the model of a history.
enum ContextBenchmark {
    static func run(_ sample: Sample, _ report: Report) async throws {
        let snapshot = sample.snapshot
        let measurements = [
            Measurement("everything") { snapshot.context() },
            Measurement("100 messages") { snapshot.context(ContextPolicy(maximumMessages: 100)) },
            Measurement("30,000 tokens") { snapshot.context(ContextPolicy(maximumTokens: 30_000)) },
        ]
        let times = try await Measurement.times(of: measurements, rounds: 20, seconds: 3)
        for (measurement, list) in zip(measurements, times) {
            report.add(Figure("context/\(measurement.name)", sample.messageCount, unit: "ms", list))
        }
    }
}
