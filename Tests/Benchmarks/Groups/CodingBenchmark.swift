import ConversationHistory
import Foundation

/// Making bytes of a snapshot and a snapshot of bytes, in memory.
enum CodingBenchmark {
    static func run(_ sample: Sample, _ report: Report) async throws {
        let size = sample.messageCount
        let snapshot = sample.snapshot
        let bytes = try snapshot.encoded()
        let pretty = try snapshot.encoded(style: .pretty)
        let messages = Array(snapshot.messages)
        // The whole way through Foundation's coders takes long and is here for scale only.
        let slice = Array(messages.prefix(2000))
        let data = try JSONEncoder().encode(slice)
        let all = [
            (bytes.count, Measurement("coding/encode") { try snapshot.encoded() }),
            (
                bytes.count,
                Measurement("coding/decode") { try ConversationSnapshot<ChatMessage>(decoding: bytes) }
            ),
            (pretty.count, Measurement("coding/encode pretty") { try snapshot.encoded(style: .pretty) }),
            (
                pretty.count,
                Measurement("coding/decode pretty") { try ConversationSnapshot<ChatMessage>(decoding: pretty) }
            ),
            (bytes.count, Measurement("coding/decode tree") { try JSONValue(parsing: bytes) }),
            (data.count, Measurement("coding/Foundation encode") { try JSONEncoder().encode(slice) }),
            (
                data.count,
                Measurement("coding/Foundation decode") { try JSONDecoder().decode([ChatMessage].self, from: data) }
            ),
        ]
        let wanted = all.filter { report.wants($0.1.name) }
        let times = try await Measurement.times(of: wanted.map(\.1), rounds: 100, seconds: 10)
        for ((count, measurement), list) in zip(wanted, times) {
            report.add(Figure(measurement.name, size, unit: "MB/s", list.map { Double(count) / $0 / 1e3 }))
        }
    }
}
