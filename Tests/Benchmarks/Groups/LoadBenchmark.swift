import ConversationHistory
import TestSupport

/// Restoring a conversation from its file, the file being in the system's cache.
enum LoadBenchmark {
    static func run(_ sample: Sample, _ report: Report) async throws {
        let size = sample.messageCount
        let directory = TemporaryDirectory()
        let path = directory.path("history.json")
        try await JSONFileHistoryStore(path: path).save(sample.snapshot)
        let pretty = directory.path("pretty.json")
        try await JSONFileHistoryStore(path: pretty, style: .pretty).save(sample.snapshot)
        let times = try await Measurement.times(
            of: [path, pretty].map { path in
                Measurement(path) { try await JSONFileHistoryStore(path: path).load() }
            },
            rounds: 20,
            seconds: 4
        )
        let byteCount = Double(directory.read("history.json")?.count ?? 0)
        report.add(Figure("load/lines", size, unit: "ms", times[0]))
        report.add(Figure("load/pretty", size, unit: "ms", times[1]))
        report.add(Figure("load/lines rate", size, unit: "MB/s", times[0].map { byteCount / $0 / 1e3 }))
        var (first, memory) = ([Double](), [Double]())
        for _ in 0..<5 {
            let numbers = try ChildProcess.numbers(["--load", path])
            first.append(numbers[0])
            memory.append(numbers[1] / byteCount)
        }
        report.add(Figure("load/fresh process", size, unit: "ms", first))
        report.add(Figure("load/peak memory", size, unit: "times file", memory))
    }

    /// In a child process: loads a file once, and prints the time in milliseconds and the memory that it took.
    static func loadInChild(_ path: String) async throws {
        let before = peakMemory()
        let start = ContinuousClock.now
        let snapshot = try await JSONFileHistoryStore(path: path).load()
        let time = start.duration(to: .now).milliseconds
        print(time, peakMemory() - before)
        keep(snapshot)
    }
}
