import Synchronization

/// Names that are each given out once.
final class NameSource: Sendable {
    private let count = Mutex(0)

    func next() -> String {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return "conversation-\(number).json"
    }
}
