import ConversationHistory
import ConversationHistoryLibrary
import TestSupport

/// A file of 1 MiB, saved as one version after another, and loaded.
enum ArtifactBenchmark {
    private static let group = "artifact"
    private static let size = 1 << 20

    static func run(_ options: Options, _ report: Report) async throws {
        for kind in MeasuredLibraries.wanted(in: group, report) { try await run(kind, report) }
    }

    private static func run(_ kind: (some MeasuredLibrary).Type, _ report: Report) async throws {
        var numbers = SeededGenerator(seed: 1)
        let data = (0..<size).map { _ in UInt8.random(in: 0...255, using: &numbers) }
        let measured = try await kind.init(durability: .full)
        let library = measured.library
        _ = try await library.create(NewConversation(id: "conversation"))
        let (save, load) = ("\(group)/\(kind.name) save", "\(group)/\(kind.name) load")
        let times = try await Measurement.times(
            of: [
                Measurement(save) {
                    try await library.saveArtifact(data, named: "data.bin", type: nil, in: "conversation")
                },
                Measurement(load) { try await library.artifact(named: "data.bin", version: nil, in: "conversation") },
            ],
            rounds: 20,
            seconds: 5
        )
        report.add(Figure(save, size, unit: "ms", times[0]))
        report.add(Figure(load, size, unit: "ms", times[1]))
        let counted = try await measured.counted()
        try await report.addCounts(save, size, of: counted, rounds: 3) { _ in
            _ = try await counted.library.saveArtifact(data, named: "data.bin", type: nil, in: "conversation")
        }
        await measured.close()
    }
}
