import ConversationHistory
import ConversationHistoryLibrary
import TestSupport

/// The library in a directory, whose system calls are counted.
struct MeasuredDirectoryLibrary: MeasuredLibrary {
    static let name = "directory"
    static let mostConversations = 10_000
    static let mostEntries = 10_000

    private let directory = TemporaryDirectory()
    private let durability: Durability
    let library: DirectoryConversationLibrary<ChatMessage>

    init(durability: Durability) {
        self.durability = durability
        library = DirectoryConversationLibrary(path: directory.path("library"), durability: durability)
    }

    func counted() -> CountedLibrary<DirectoryConversationLibrary<ChatMessage>> {
        let calls = FaultySystemCalls()
        let library = DirectoryConversationLibrary<ChatMessage>(
            directory.path("library"),
            durability,
            HistoryLimits(),
            .seconds(10),
            calls
        )
        return CountedLibrary(library: library) {
            [
                LibraryCount(name: "syncs", unit: "", value: Double(calls.syncCount)),
                LibraryCount(name: "written", unit: "bytes", value: Double(calls.bytesWritten)),
                LibraryCount(name: "calls", unit: "", value: Double(calls.calls.count)),
            ]
        }
    }

    func close() {}
}
