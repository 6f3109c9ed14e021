package import ConversationHistory
package import DurableFiles

/// A library that lets one import of a conversation wait for another one, in other processes as well.
package protocol ImportExclusion: Sendable {
    /// Waits until nobody else imports the conversation.
    ///
    /// - Parameter isOneSave: Whether the import is a single save, which nobody sees half of.
    /// - Returns: `nil` if such an import need not wait.
    /// - Throws: `HistoryStoreError` with the code `busy` if that takes too long.
    func beginImport(of id: ConversationID, isOneSave: Bool) async throws(HistoryStoreError) -> ImportPermit?
}

/// The right to import a conversation, until this value goes.
package final class ImportPermit: Sendable {
    private let lock: FileLock?
    private let onEnd: @Sendable () -> Void

    /// - Parameters:
    ///   - lock: What others wait for, if that is a file.
    ///   - onEnd: Is called before it is given back.
    package init(_ lock: consuming FileLock? = nil, onEnd: @escaping @Sendable () -> Void) {
        self.lock = lock
        self.onEnd = onEnd
    }

    deinit { onEnd() }
}

/// The conversations that this process is importing, into whatever library: one import of an id waits for another one.
package final class ImportGate: Sendable {
    package static let shared = ImportGate()

    private let waiting = Lock<[ConversationID: [CheckedContinuation<Void, Never>]]>([:])

    /// Waits until nobody else in this process imports the conversation.
    package func enter(_ id: ConversationID) async {
        await withCheckedContinuation { continuation in
            let isFree = waiting.withLock { waiting in
                guard waiting[id] == nil else {
                    waiting[id]?.append(continuation)
                    return false
                }
                waiting[id] = []
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    /// Lets in who waits for the longest time.
    package func leave(_ id: ConversationID) {
        let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard let first = waiting[id]?.first else {
                waiting[id] = nil
                return nil
            }
            waiting[id]?.removeFirst()
            return first
        }
        next?.resume()
    }
}
