import ConversationHistory

/// A generator of unique names for files and directories.
package final class NameSource: Sendable {
    private let count = Lock(0)

    package init() {}

    package func next() -> String {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return "name-\(number)"
    }
}
