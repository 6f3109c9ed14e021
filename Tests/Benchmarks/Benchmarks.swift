import ConversationHistory

/// Measures what the stores and the coding cost: `swift run -c release Benchmarks`.
///
/// What is compared is measured in one run, in turns (A B A B), so that a machine that gets slower does so for all.
@main
struct Benchmarks {
    static func main() async throws {
        let options: Options
        do {
            options = try Options(CommandLine.arguments.dropFirst())
        } catch {
            print("\(error)\n\n\(Options.usage)")
            exitProcess(2)
        }
        if let path = options.pathToLoad {
            try await LoadBenchmark.loadInChild(path)
            return
        }
        if let path = options.pathToWrite {
            let sample = try await Sample(messageCount: options.sizes[0])
            try await JSONFileHistoryStore(path: path).overwrite(with: sample.snapshot)
            return
        }
        let report = Report(isJSON: options.isJSON, filter: options.filter)
        for size in options.sizes {
            if !options.isJSON { print("\n\(size) messages: median, 90th percentile, best") }
            let sample = try await Sample(messageCount: size)
            report.add(
                Figure("sample/bytes", size, unit: "bytes", [Double(try sample.snapshot.encoded().count)])
            )
            for (name, run) in groups where options.wants(group: name) {
                try await run(sample, report)
            }
        }
        report.finish()
    }

    /// The groups in the order in which they run; the name is what `--filter` looks at.
    private static let groups: [(String, @Sendable (Sample, Report) async throws -> Void)] = {
        var groups: [(String, @Sendable (Sample, Report) async throws -> Void)] = [
            ("turn", TurnBenchmark.run),
            ("load", LoadBenchmark.run),
            ("coding", CodingBenchmark.run),
            ("context", ContextBenchmark.run),
            ("snapshot", SnapshotBenchmark.run),
        ]
        #if PostgreSQL
        groups.append(("postgres", PostgresBenchmark.run))
        #endif
        return groups
    }()
}
