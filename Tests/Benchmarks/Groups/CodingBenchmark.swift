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
        let measurements = [
            Measurement("encode") { keep(try snapshot.encoded()) },
            Measurement("decode") { keep(try ConversationSnapshot<ChatMessage>(decoding: bytes)) },
            Measurement("encode pretty") { keep(try snapshot.encoded(style: .pretty)) },
            Measurement("decode pretty") { keep(try ConversationSnapshot<ChatMessage>(decoding: pretty)) },
            Measurement("decode tree") { keep(try JSONValue(parsing: bytes)) },
            Measurement("Foundation encode") { keep(try JSONEncoder().encode(slice)) },
            Measurement("Foundation decode") { keep(try JSONDecoder().decode([ChatMessage].self, from: data)) },
        ]
        let counts = [bytes.count, bytes.count, pretty.count, pretty.count, bytes.count, data.count, data.count]
        let times = try await Measurement.times(of: measurements, rounds: 20, seconds: 10)
        for (index, measurement) in measurements.enumerated() {
            let rates = times[index].map { Double(counts[index]) / $0 / 1e3 }
            report.add(Figure("coding/\(measurement.name)", size, unit: "MB/s", rates))
        }
    }
}
