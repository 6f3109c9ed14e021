package import ConversationHistory
package import ConversationHistoryLibrary

/// The conversations whose last read failed, so that lists can flag them without reading them.
///
/// The registry is in memory only: nothing is written to a damaged database.
package final class DamageRegistry: Sendable {
    private let ids = Lock<Set<ConversationID>>([])

    package init() {}

    /// Reads a conversation, and records whether it is damaged.
    ///
    /// - Parameter body: Reads the conversation; returns `nil` if it does not exist, which leaves the record unchanged.
    package func reading<Result, Failure: DatabaseFailure>(
        _ id: ConversationID,
        _ body: () async throws(Failure) -> Result?
    ) async throws(Failure) -> Result? {
        do throws(Failure) {
            let result = try await body()
            if result != nil { note(id, isDamaged: false) }
            return result
        } catch {
            // An intact conversation that does not decode is no evidence of damaged bytes.
            if error.historyProblem?.kind == .damagedHistory { note(id, isDamaged: true) }
            throw error
        }
    }

    /// Records whether a conversation is damaged.
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
