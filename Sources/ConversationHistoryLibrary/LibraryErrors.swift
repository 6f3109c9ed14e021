package import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension HistoryStoreError {
    /// The same error for an unknown id, for another owner's conversation and for one in the trash.
    package static func noSuchConversation(_ operation: String, in location: String = "a library") -> Self {
        HistoryStoreError(.notFound, operation: operation, location: location, reason: "There is no such conversation.")
    }

    package static func noSuchEntry(_ operation: String, in location: String = "a library") -> Self {
        HistoryStoreError(.notFound, operation: operation, location: location, reason: "There is no such entry.")
    }

    package static func hasEntry(_ operation: String, in location: String = "a library") -> Self {
        HistoryStoreError(SnapshotError.duplicateID, operation: operation, location: location)
    }

    package static func noSuchArtifact(_ operation: String, in location: String = "a library") -> Self {
        HistoryStoreError(.notFound, operation: operation, location: location, reason: "There is no such artifact.")
    }

    package static func idIsTaken(_ operation: String, in location: String = "a library") -> Self {
        HistoryStoreError(.alreadyExists, operation: operation, location: location, reason: "The id is taken.")
    }

    package static func outsideOfScope(_ operation: String, in location: String = "a library") -> Self {
        HistoryStoreError(
            .permissionDenied,
            operation: operation,
            location: location,
            reason: "The owner is outside of the scope of this library."
        )
    }

    package static func partialBackup(in location: String = "a library") -> Self {
        HistoryStoreError(
            .permissionDenied,
            operation: "back up",
            location: location,
            reason: "Only a library that shows everyone's conversations is backed up."
        )
    }

    package static func backupExists(at path: String) -> Self {
        HistoryStoreError(
            .alreadyExists,
            operation: "back up",
            location: path,
            reason: "Something stands there already; nothing was written."
        )
    }

    package static func unseenState(_ operation: String, in location: String = "a library") -> Self {
        HistoryStoreError(
            .conflict,
            operation: operation,
            location: location,
            reason: "Someone else has written the history since this store loaded or saved it. Nothing was changed."
        )
    }
}

extension Array {
    /// Throws if two of these entries have the same id.
    package func checkDistinct<Message>(
        _ operation: String
    ) throws(HistoryStoreError) where Element == HistoryEntry<Message> {
        guard Set(map(\.id)).count == count else { throw .hasEntry(operation) }
    }
}

extension HistoryEntry {
    /// Throws if this entry cannot be stored and read back.
    package func checkStorable(_ operation: String) throws(HistoryStoreError) {
        do throws(SnapshotError) {
            try EntryCheck.check(self)
        } catch { throw HistoryStoreError(error, operation: operation, location: "a library") }
    }
}

extension ConversationSnapshot {
    /// Throws if the parts of a snapshot that an application can set cannot be stored and read back.
    ///
    /// - Parameter old: A snapshot that is already stored; the prefix that both share is not checked again.
    package func checkStorable(
        _ operation: String,
        since old: ConversationSnapshot? = nil
    ) throws(HistoryStoreError) {
        let (knownEntries, knownTurns) = (old?.entries ?? SharedList(), old?.turns ?? SharedList())
        for entry in entries[entries.sharedPrefixCount(with: knownEntries)...] { try entry.checkStorable(operation) }
        try metadata.checkStorable(operation)
        for turn in turns[turns.sharedPrefixCount(with: knownTurns)...] { try turn.checkStorable(operation) }
        try openTurn?.checkStorable(operation)
        let knownRewinds = old?.rewound ?? SharedList()
        for rewind in rewound[rewound.sharedPrefixCount(with: knownRewinds)...] {
            try rewind.date.checkStorable(operation)
        }
        try created.checkStorable(operation)
        try updated.checkStorable(operation)
    }
}

extension Turn {
    /// Throws if this turn cannot be stored and read back.
    fileprivate func checkStorable(_ operation: String) throws(HistoryStoreError) {
        try started.checkStorable(operation)
        try ended.checkStorable(operation)
        try usage?.details.checkStorable(operation)
    }
}

extension Date? {
    /// Throws if the date is not finite.
    fileprivate func checkStorable(_ operation: String) throws(HistoryStoreError) {
        guard StoredDate.canWrite(self) else {
            throw HistoryStoreError(
                .notEncodable,
                operation: operation,
                location: "a library",
                reason: "A date of the conversation is not finite."
            )
        }
    }
}

extension JSONObject {
    /// Throws if this object cannot be stored and read back.
    package func checkStorable(_ operation: String) throws(HistoryStoreError) {
        do throws(SnapshotError) {
            try checkDepth()
        } catch { throw HistoryStoreError(error, operation: operation, location: "a library") }
    }
}
