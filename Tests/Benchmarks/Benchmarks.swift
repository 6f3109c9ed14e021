import ConversationHistory

/// Measures what the stores, the libraries and the coding cost: `swift run -c release Benchmarks`.
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
        for note in MeasuredLibraries.notes { printToStandardError(note) }
        try await measureSamples(options, report)
        for (name, run) in libraryGroups where options.wants(group: name) {
            if !options.isJSON { print("\n\(name): median, 90th percentile, best") }
            try await run(options, report)
        }
        report.finish()
    }

    private static func measureSamples(_ options: Options, _ report: Report) async throws {
        let groups = groups.filter { options.wants(group: $0.0) }
        guard !groups.isEmpty else { return }
        for size in options.sizes {
            if !options.isJSON { print("\n\(size) messages: median, 90th percentile, best") }
            let sample = try await Sample(messageCount: size)
            report.add(
                Figure("sample/bytes", size, unit: "bytes", [Double(try sample.snapshot.encoded().count)])
            )
            for (_, run) in groups { try await run(sample, report) }
        }
    }

    /// What is measured with a conversation of N messages, in this order; the name is what `--filter` looks at.
    private static let groups: [(String, @Sendable (Sample, Report) async throws -> Void)] = {
        var groups: [(String, @Sendable (Sample, Report) async throws -> Void)] = [
            ("turn", TurnBenchmark.run),
            ("load", LoadBenchmark.run),
            ("coding", CodingBenchmark.run),
            ("context", ContextBenchmark.run),
            ("snapshot", SnapshotBenchmark.run),
            ("library-turn", LibraryTurnBenchmark.run),
            ("fork", ForkBenchmark.run),
        ]
        #if PostgreSQL
        groups.append(("postgres", PostgresBenchmark.run))
        #endif
        return groups
    }()

    /// What is measured with libraries that each group fills for itself.
    private static let libraryGroups: [(String, @Sendable (Options, Report) async throws -> Void)] = [
        ("artifact", ArtifactBenchmark.run),
        ("list", ListBenchmark.run),
        ("search", SearchBenchmark.run),
    ]
}
