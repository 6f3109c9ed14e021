import ConversationHistory
import ConversationHistoryTesting
import TestSupport

/// Changes stored snapshots at random and reads them: `swift run Fuzzing --seconds 20`.
///
/// Reading must not end the process, whatever it is given; and what was read must be the same when it is written and
/// read again. An input that breaks this is left in the directory for failures. Move it to `Fixtures/fuzzing`, where a
/// test reads it again with each run, and mend the reader.
///
/// The input that is being read is on disk while it is read, so that it is there after a crash too.
@main
struct Fuzzing {
    static func main() throws {
        let options: Options
        do {
            options = try Options(CommandLine.arguments.dropFirst())
        } catch {
            print("\(error)\n\n\(Options.usage)")
            exitProcess(2)
        }
        if let path = options.pathToCheck {
            try SnapshotProperty.check(try readFile(path))
            return
        }
        var mutator = Mutator(seed: options.seed, seeds: try seeds())
        let start = ContinuousClock.now
        var (count, readCount, failureCount) = (0, 0, 0)
        let current = options.directory + "/fuzzing-current"
        while start.duration(to: .now) < .seconds(options.seconds) {
            let input = mutator.next()
            try writeFile(current, input)
            count += 1
            do {
                if try SnapshotProperty.check(input) {
                    readCount += 1
                    // What was read in spite of a change is a better start for the next change.
                    mutator.keep(input)
                }
            } catch {
                failureCount += 1
                let path = options.directory + "/fuzzing-failure-\(options.seed)-\(count)"
                try writeFile(path, input)
                print("\(path): \(error)")
            }
        }
        removeFile(current)
        print("\(count) inputs, \(readCount) of them read, \(failureCount) failures, seed \(options.seed)")
        if failureCount > 0 { exitProcess(1) }
    }

    /// Snapshots of every kind and style, to begin with.
    private static func seeds() throws -> [[UInt8]] {
        var snapshots = [SampleConversations.snapshot(messageCount: 12)]
        snapshots.append(ConversationSnapshot(messages: SampleConversations.everyKindOfMessage))
        var seeds: [[UInt8]] = []
        for snapshot in snapshots {
            seeds.append(try snapshot.encoded(style: .lines))
            seeds.append(try snapshot.encoded(style: .pretty))
            // Not every kind of message has a place in the first version.
            if let first = try? snapshot.encoded(style: .version1) { seeds.append(first) }
        }
        return seeds
    }
}
