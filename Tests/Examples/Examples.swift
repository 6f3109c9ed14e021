import Foundation

/// Small programs, each for those who come from a system of another kind: `swift run Examples`.
@main
struct Examples {
    static func main() async throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("examples-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for (name, example) in all {
            print("== \(name)")
            for line in try await example(directory.appendingPathComponent(name).path) { print(line) }
        }
        try FileManager.default.removeItem(at: directory)
    }

    /// Each example keeps its conversations in a directory and returns what it has to say, line by line.
    static let all: [(name: String, run: @Sendable (_ directory: String) async throws -> [String])] = [
        ("message-store", MessageStoreExample.run), ("threads", ThreadsExample.run),
        ("history-store", HistoryStoreExample.run), ("agent-storage", AgentStorageExample.run),
    ]
}
