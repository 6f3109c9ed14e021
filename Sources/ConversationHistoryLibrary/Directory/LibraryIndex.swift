import ConversationHistory

/// All that a directory library knows of its conversations without reading them.
struct LibraryIndex: Sendable {
    /// By the names of the histories, without their endings; in the trash and outside of it.
    var files: [String: IndexedConversation] = [:]

    /// How many of them differ from what is on disk, about.
    var unsavedCount = 0

    /// Whether it is worth to write the index: not for one change in a thousand, which is quickly read again.
    var isWorthSaving: Bool { unsavedCount > 0 && unsavedCount * 64 >= files.count }

    /// Takes what was learnt of a file.
    mutating func take(_ file: IndexedConversation, for stem: String) {
        if files[stem] != file { unsavedCount += 1 }
        files[stem] = file
    }
}
