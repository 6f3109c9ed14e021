package import ConversationHistory
package import ConversationHistoryLibrary

/// The conversations whose last read failed, so that lists can flag them without reading them.
///
/// The registry is in memory only: nothing is written to a damaged database.
package final class DamageRegistry: Sendable {
    private let ids = Lock<Set<ConversationID>>([])

    package init() {}

    /// Reads a conversation, and remembers whether it was damaged.
    ///
    /// - Parameter body: Returns `nil` if there was nothing to be read, which tells nothing.
    package func reading<Result, Failure: DatabaseFailure>(
        _ id: ConversationID,
        _ body: () async throws(Failure) -> Result?
    ) async throws(Failure) -> Result? {
        do throws(Failure) {
            let result = try await body()
            if result != nil { note(id, isDamaged: false) }
            return result
        } catch {
            // One that is intact and does not decode tells nothing of the bytes.
            if error.historyProblem?.kind == .damagedHistory { note(id, isDamaged: true) }
            throw error
        }
    }

    /// Remembers whether a conversation is damaged.
    package func note(_ id: ConversationID, isDamaged: Bool) {
        ids.withLock { ids in
            if isDamaged { ids.insert(id) } else { ids.remove(id) }
        }
    }

    /// Returns a conversation's info, flagged as damaged if its last read failed.
    package func flagging(_ info: ConversationInfo) -> ConversationInfo {
        var info = info
        info.isDamaged = info.isDamaged || ids.withLock { $0.contains(info.id) }
        return info
    }
}
