#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryPostgres
import TestSupport

/// A library in a PostgreSQL server on this machine, whose commits wait for the disk.
enum PostgresBenchmark {
    static func run(_ sample: Sample, _ report: Report) async throws {
        guard PostgresServer.canStart else { return }
        let size = sample.messageCount
        let server = try MeasuredPostgresLibrary.server.get()
        var configuration = PostgresConfiguration(url: server.url)
        configuration.schema = "of_\(size)"
        configuration.poolSize = 16
        configuration.maximumOverflow = 0
        let library = try await PostgresConversationLibrary(configuration)
        let conversation = try await Conversation(sample.snapshot, savingTo: library.store(for: "sample"))
        try await turns(conversation, library, server, size, report)
        try await concurrent(library, size, report)
        // As the guide recommends it: a role for the application, whose rows the server restricts. It plans otherwise for it.
        let owner = Owner(organization: "benchmarks")
        try await library.setOwner(owner, of: "sample")
        try await library.append([HistoryEntry(.message(ChatMessage.user(needle)))], to: "sample")
        try await library.allow(role: try MeasuredPostgresLibrary.role.get())
        var restricted = PostgresConfiguration(url: server.url(user: try MeasuredPostgresLibrary.role.get()))
        restricted.schema = configuration.schema
        let application = try await PostgresConversationLibrary(restricted).scoped(to: owner)
        try server.tidyUp()
        try await reading(library, "postgres", size, report)
        try await reading(application, "postgres as application", size, report)
        await application.close()
        await library.close()
    }

    /// A word that a single entry has.
    private static let needle = "needle"

    /// A turn more, beside what the server needs for a transaction that inserts one row.
    private static func turns(
        _ conversation: Conversation<ChatMessage>,
        _ library: PostgresConversationLibrary<ChatMessage>,
        _ server: PostgresServer,
        _ size: Int,
        _ report: Report
    ) async throws {
        let store = library.store(for: "saved")
        var snapshot = conversation.snapshot
        try await store.save(snapshot)
        try server.tidyUp()
        var turns = Sample.turns(400)[...]
        var floor: [Double] = []
        var times: [[Double]] = [[], []]
        for _ in 0..<3 {
            if let time = try server.insertTime(seconds: 2) { floor.append(time) }
            let round = try await Measurement.times(
                of: [
                    Measurement("save") {
                        guard let (question, answer) = turns.popFirst() else { return }
                        try snapshot.append(question)
                        try snapshot.append(answer)
                        try await store.save(snapshot)
                    },
                    Measurement("turn") {
                        guard let (question, answer) = turns.popFirst() else { return }
                        _ = try await conversation.turn(question) { try await $0.append(answer) }
                    },
                ],
                rounds: 30,
                seconds: 20
            )
            for (index, list) in round.enumerated() { times[index] += list }
        }
        if !floor.isEmpty { report.add(Figure("postgres/one-row transaction", size, unit: "ms", floor)) }
        for (name, list) in zip(["postgres/save", "postgres/turn"], times) {
            report.add(Figure(name, size, unit: "ms", list))
            report.addGrowth(of: name, size: size)
        }
        report.addRatio("postgres/save over floor", of: "postgres/save", to: "postgres/one-row transaction", size: size)
        let before = library.counters
        for (question, answer) in Sample.turns(10) {
            _ = try await conversation.turn(question) { try await $0.append(answer) }
        }
        let cost = library.counters - before
        report.add(Figure("postgres/turn: round trips", size, unit: "", [Double(cost.roundTrips) / 10]))
        report.add(Figure("postgres/turn: rows", size, unit: "", [Double(cost.rowsWritten) / 10]))
    }

    /// Turns in several conversations at once.
    private static func concurrent(
        _ library: PostgresConversationLibrary<ChatMessage>,
        _ size: Int,
        _ report: Report
    ) async throws {
        let turns = Sample.turns(8)
        for count in [1, 8, 64] {
            var rates: [Double] = []
            for round in 0..<3 {
                let start = ContinuousClock.now
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<count {
                        group.addTask {
                            let id = ConversationID("\(count) \(round) \(number)")
                            let conversation = try await Conversation(restoring: library.store(for: id))
                            for (question, answer) in turns {
                                _ = try await conversation.turn(question) { try await $0.append(answer) }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                let seconds = start.duration(to: .now).milliseconds / 1e3
                rates.append(Double(count * turns.count) / seconds)
            }
            report.add(Figure("postgres/\(count) conversations", size, unit: "turns/s", rates))
        }
    }

    private static func reading(
        _ library: PostgresConversationLibrary<ChatMessage>,
        _ name: String,
        _ size: Int,
        _ report: Report
    ) async throws {
        let measurements = [
            Measurement("load") { try await library.store(for: "sample").load() },
            Measurement("last 50") { try await library.entries(of: "sample", EntryRequest(from: .newest, limit: 50)) },
            Measurement("list") { try await library.list(ListRequest(limit: 50)) },
            Measurement("search") { try await library.search(SearchRequest(needle)) },
        ]
        let times = try await Measurement.times(of: measurements, rounds: 20, seconds: 6)
        for (measurement, list) in zip(measurements, times) {
            report.add(Figure("\(name)/\(measurement.name)", size, unit: "ms", list))
        }
    }
}
#endif
