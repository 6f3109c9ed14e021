extension HistoryEntry {
    /// Returns the entry as it stands in a history file: one JSON object on one line.
    package func storedText() throws(SnapshotError) -> String {
        var writer = JSONWriter(capacity: 1024)
        try EntryCoding<Message>().write(self, to: &writer)
        return writer.string
    }
}
