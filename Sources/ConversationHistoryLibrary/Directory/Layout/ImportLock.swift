package import ConversationHistory
package import DurableFiles

/// A library that serializes imports of the same conversation, also across processes.
package protocol ImportExclusion: Sendable {
    /// Waits until no other import of the conversation is running.
    ///
    /// - Parameters:
    ///   - id: The conversation.
    ///   - isOneSave: Whether the import is a single save, which is atomic.
    /// - Returns: The permit; `nil` if such an import need not wait.
    /// - Throws: `HistoryStoreError` with the code `busy` if the wait takes too long.
    func beginImport(of id: ConversationID, isOneSave: Bool) async throws(HistoryStoreError) -> ImportPermit?
}

/// The permission to import a conversation, valid while this object exists.
package final class ImportPermit: Sendable {
    private let lock: FileLock?
    private let onEnd: @Sendable () -> Void

    /// Creates a permit.
    ///
    /// - Parameters:
    ///   - lock: The file lock to hold, if the library uses one.
    ///   - onEnd: Called before the lock is released.
    package init(_ lock: consuming FileLock? = nil, onEnd: @escaping @Sendable () -> Void) {
        self.lock = lock
        self.onEnd = onEnd
    }

    deinit { onEnd() }
}

/// Serializes the imports of each conversation in this process, into any library.
package final class ImportGate: Sendable {
    package static let shared = ImportGate()

    private let waiting = Lock<[ConversationID: [CheckedContinuation<Void, Never>]]>([:])

    /// Waits until no other import of the conversation is running in this process.
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

    /// Admits the import that has waited longest.
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

/// The lock held during the import of a conversation, separate from the lock for writers.
///
/// It distinguishes a running import from an interrupted one, whose lock ended with its process.
enum ImportLock {
    /// The ending of the file name from which the lock file's name is derived.
    private static let ending = ".import"
    private static let lockEnding = ending + ".conversation-history.lock"

    /// Returns the file that carries the lock; the file itself never exists.
    static func file(of stem: String, in conversations: DurableDirectory) throws(FileFailure) -> DurableFile {
        try conversations.file(stem + ending)
    }

    /// Returns whether a name is that of a lock file of an import.
    static func isName(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(lockEnding) }

    /// Removes the lock file of an interrupted import.
    static func removeAbandoned(_ name: String, in directory: LibraryDirectory) throws(FileFailure) {
        let stem = String(name.dropFirst().dropLast(lockEnding.count))
        guard let conversations = try directory.existing(.conversations) else { return }
        let file = try file(of: stem, in: conversations)
        let lock: FileLock
        do throws(FileFailure) { lock = try file.lock(.exclusive, createIfMissing: false, timeout: .zero) } catch {
            guard error.kind == .busy else { throw error }
            return
        }
        if lock.isHeld { file.removeLockFile() }
        lock.unlock()
    }
}

extension DirectoryConversationLibrary: ImportExclusion {
    package func beginImport(
        of id: ConversationID,
        isOneSave: Bool
    ) async throws(HistoryStoreError) -> ImportPermit? {
        let operation = "import"
        let (files, place) = (files, place(id))
        return try await run { () throws(HistoryStoreError) in
            try files.attempt(operation) { () throws(FileFailure) in
                let file = try ImportLock.file(of: place.stem, in: files.directory.created(.conversations))
                let lock = try file.lock(.exclusive, timeout: files.lockTimeout)
                return ImportPermit(lock) { file.removeLockFile() }
            }
        }
    }
}
