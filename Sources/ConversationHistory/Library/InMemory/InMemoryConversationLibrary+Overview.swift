extension InMemoryConversationLibrary {
    /// Counts what the library holds, within the scope.
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

    /// Returns no problems: nothing in memory can be damaged.
    public func verify() async throws(HistoryStoreError) -> [LibraryProblem] { [] }
}
