import ConversationHistory

/// A value that several threads can share.
package final class Locked<Value: Sendable>: Sendable {
    private let lock: Lock<Value>

    package init(_ value: Value) { lock = Lock(value) }

    package var value: Value {
        get { lock.withLock { $0 } }
        set { lock.withLock { $0 = newValue } }
    }

    package func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        lock.withLock { body(&$0) }
    }
}
