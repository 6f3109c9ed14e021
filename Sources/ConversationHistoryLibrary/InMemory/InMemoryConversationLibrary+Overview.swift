public import ConversationHistory

extension InMemoryConversationLibrary {
    /// Counts the conversations, entries and artifacts within the scope.
    public func statistics() async throws(HistoryStoreError) -> LibraryStatistics {
        try shared.withContents { (contents) throws(HistoryStoreError) in
            var statistics = LibraryStatistics()
            for record in contents.records.values where scope.includes(record.snapshot.owner) {
                guard record.deleted == nil else {
                    statistics.deletedCount += 1
                    continue
                }
                statistics.conversationCount += 1
                statistics.entryCount += record.snapshot.entries.count
                statistics.messageCount += record.snapshot.messages.count
                statistics.artifactCount += record.artifacts.count
                for versions in record.artifacts.values {
                    statistics.artifactBytes += versions.reduce(0) { $0 + $1.data.count }
                }
            }
            return statistics
        }
    }

    /// Returns a conversation with its history and artifacts, even if it is in the trash.
    public func contents(of id: ConversationID) async throws(HistoryStoreError) -> ConversationContents<Message> {
        try shared.withContents { (contents) throws(HistoryStoreError) in
            let record = try contents.record(id, scope, "read")
            return ConversationContents(
                info: record.info(id),
                snapshot: record.snapshot,
                artifacts: record.artifacts.sorted { $0.key < $1.key }.flatMap(\.value)
            )
        }
    }

    /// Returns no problems, because nothing in memory can be damaged.
    public func verify() async throws(HistoryStoreError) -> [LibraryProblem] { [] }

    /// Copies everything, including the trash, into a new directory library at a path.
    public func backUp(to path: String) async throws(HistoryStoreError) { try await copyIntoNewDirectory(at: path) }
}
