import ConversationHistory
import ConversationHistoryLibrary
import Foundation

/// The newest 50 of N conversations; those of a user who has 50; and 50 from the middle on.
enum ListBenchmark {
    private static let group = "list"
    private static let start = Date(timeIntervalSinceReferenceDate: 800_000_000)

    static func run(_ options: Options, _ report: Report) async throws {
        for kind in MeasuredLibraries.wanted(in: group, report) {
            for size in options.sizes {
                guard size <= kind.mostConversations else {
                    printToStandardError("\(group)/\(kind.name): not with \(size) conversations, it takes too long.")
                    continue
                }
                try await run(kind, size, report)
            }
        }
    }

    private static func run(_ kind: (some MeasuredLibrary).Type, _ size: Int, _ report: Report) async throws {
        let measured = try await kind.init(durability: .processCrash)
        let library = measured.library
        for number in 0..<size {
            let new = NewConversation(
                id: ConversationID("conversation-\(number)"),
                title: "Conversation \(number)",
                owner: Owner(user: "user-\(number % max(1, size / 50))", organization: "all"),
                metadata: ["number": .number(JSONNumber(number))],
                created: start.addingTimeInterval(Double(number * 60))
            )
            _ = try await library.create(new)
        }
        try measured.settle()
        let name = "\(group)/\(kind.name)"
        let mine = library.scoped(to: Owner(user: "user-0", organization: "all"))
        let middle = ListCursor(updated: start.addingTimeInterval(Double(size / 2 * 60)), id: "")
        let requests = [
            (name, library, ListRequest()), ("\(name) of one user", mine, ListRequest()),
            ("\(name) from the middle", library, ListRequest(cursor: middle)),
        ]
        let measurements = requests.map { name, library, request in
            Measurement(name) { try await library.list(request) }
        }
        let times = try await Measurement.times(of: measurements, rounds: 40, seconds: 6)
        for (measurement, list) in zip(measurements, times) {
            report.add(Figure(measurement.name, size, unit: "ms", list))
            report.addGrowth(of: measurement.name, size: size)
        }
        await measured.close()
    }
}
