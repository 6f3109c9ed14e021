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

/// The lock that is held while a conversation is imported; writers have another one.
///
/// It tells an import that is under way from one that was cut off, of which the lock is gone with its process.
enum ImportLock {
    /// How the name ends of which the lock is the file's.
    private static let ending = ".import"
    private static let lockEnding = ending + ".conversation-history.lock"

    /// The file whose lock it is; there is never one itself.
    static func file(of stem: String, in conversations: DurableDirectory) throws(FileFailure) -> DurableFile {
        try conversations.file(stem + ending)
    }

    /// Whether a name is one of a lock file of an import.
    static func isName(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(lockEnding) }

    /// Removes the lock file of an import that was cut off.
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
