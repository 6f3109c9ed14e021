import ConversationHistory
import TestSupport

/// A turn more on a conversation of N messages, on stable storage when it returns.
enum TurnBenchmark {
    static func run(_ sample: Sample, _ report: Report) async throws {
        try await time(sample, report)
        try await count(sample, report)
    }

    private static func time(_ sample: Sample, _ report: Report) async throws {
        let size = sample.messageCount
        let directory = TemporaryDirectory()
        func store(_ name: String) -> JSONFileHistoryStore<ChatMessage> {
            JSONFileHistoryStore(path: directory.path(name))
        }
        let saved = store("saved.json")
        let replaced = store("replaced.json")
        var savedSnapshot = sample.snapshot
        var replacedSnapshot = sample.snapshot
        try await saved.save(savedSnapshot)
        let conversation = try await Conversation(sample.snapshot, savingTo: store("conversation.json"))
        var turns = Sample.turns(400)[...]
        var names: [String] = []
        func measured(_ name: String, _ body: @escaping ((ChatMessage, ChatMessage)) async throws -> Void)
            -> Measurement
        {
            names.append(name)
            return Measurement(name) { if let turn = turns.popFirst() { try await body(turn) } }
        }
        let appended = [
            measured("turn/save") { question, answer in
                try savedSnapshot.append(question)
                try savedSnapshot.append(answer)
                try await saved.save(savedSnapshot)
            },
            measured("turn/conversation") { question, answer in
                _ = try await conversation.turn(question) { try await $0.append(answer) }
            },
            measured("turn/unchanged save") { _, _ in try await saved.save(savedSnapshot) },
        ]
        let whole = measured("turn/whole file") { question, answer in
            try replacedSnapshot.append(question)
            try replacedSnapshot.append(answer)
            try await replaced.overwrite(with: replacedSnapshot)
        }
        // The whole file is written a few times among the many appends: it takes long, and disturbs what follows.
        var times = [[Double]](repeating: [], count: 4)
        for _ in 0..<5 {
            for (index, list) in try await Measurement.times(of: [whole], rounds: 1, seconds: 0).enumerated() {
                times[3 + index] += list
            }
            for (index, list) in try await Measurement.times(of: appended, rounds: 12, seconds: 60).enumerated() {
                times[index] += list
            }
        }
        for (name, list) in zip(names, times) { report.add(Figure(name, size, unit: "ms", list)) }
        report.addRatio("turn/whole file over save", of: "turn/whole file", to: "turn/save", size: size)
        for name in names { report.addGrowth(of: name, size: size) }
    }

    /// Counts what the system is asked for in a turn; unlike times, this is the same on every machine.
    private static func count(_ sample: Sample, _ report: Report) async throws {
        let size = sample.messageCount
        for kind in ["save", "conversation", "unchanged save"] {
            let directory = TemporaryDirectory()
            let calls = FaultySystemCalls()
            let store = JSONFileHistoryStore<ChatMessage>(
                directory.path("counted.json"),
                .lines,
                .full,
                HistoryLimits(),
                .seconds(10),
                calls
            )
            let conversation = try await Conversation(sample.snapshot, savingTo: store)
            // A save onto any other state than the stored one would be a conflict.
            var snapshot = conversation.snapshot
            var (syncs, bytes, all) = ([Double](), [Double](), [Double]())
            for (question, answer) in Sample.turns(10) {
                let before = (calls.syncCount, calls.bytesWritten, calls.calls.count)
                switch kind {
                case "save":
                    try snapshot.append(question)
                    try snapshot.append(answer)
                    try await store.save(snapshot)
                case "conversation": _ = try await conversation.turn(question) { try await $0.append(answer) }
                default: try await store.save(conversation.snapshot)
                }
                syncs.append(Double(calls.syncCount - before.0))
                bytes.append(Double(calls.bytesWritten - before.1))
                all.append(Double(calls.calls.count - before.2))
                if kind == "save" { try await store.overwrite(with: conversation.snapshot) }
            }
            report.add(Figure("turn/\(kind): syncs", size, unit: "", syncs))
            report.add(Figure("turn/\(kind): written", size, unit: "bytes", bytes))
            report.add(Figure("turn/\(kind): calls", size, unit: "", all))
        }
    }
}
