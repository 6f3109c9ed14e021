import ConversationHistory
import ConversationHistoryLibrary

/// The library in memory, which asks the system for nothing.
struct MeasuredMemoryLibrary: MeasuredLibrary {
    static let name = "memory"
    static let mostConversations = 100_000
    static let mostEntries = 10_000

    let library = InMemoryConversationLibrary<ChatMessage>()

    init(durability: Durability) {}

    func counted() -> CountedLibrary<InMemoryConversationLibrary<ChatMessage>> {
        CountedLibrary(library: library) { [] }
    }

    func close() {}
}
