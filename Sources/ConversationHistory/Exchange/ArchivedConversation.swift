/// A conversation with all that belongs to it, on its way between a library and an archive.
struct ArchivedConversation<Message: HistoryMessage>: Sendable {
    /// One version of a file.
    struct File: Hashable, Sendable {
        var name: Identifier<Artifact>
        var type: String?
        var version: Int
        var data: [UInt8]
    }

    /// The id under which a library knows it; the snapshot's own may differ.
    var id: ConversationID
    var snapshot: ConversationSnapshot<Message>
    var isDeleted = false
    /// Ordered by name, then by version.
    var files: [File] = []
    /// Where it begins in what it was read from.
    var line = 1
    var offset = 0

    /// Returns the files by their names.
    var filesByName: [Identifier<Artifact>: [File]] { Dictionary(grouping: files, by: \.name) }
}
