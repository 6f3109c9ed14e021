import ConversationHistory
import ConversationHistoryLibrary

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
    /// What of its files the library cannot read.
    var problems: [LibraryProblem] = []
    /// Whether all of its files are here.
    var isWhole: Bool { problems.isEmpty }
    /// Ordered by name, then by version.
    var files: [File] = []
    /// Where it begins in what it was read from.
    var line = 1
    var offset = 0

    init(id: ConversationID, snapshot: ConversationSnapshot<Message>, line: Int = 1, offset: Int = 0) {
        self.id = id
        self.snapshot = snapshot
        self.line = line
        self.offset = offset
    }

    /// What a library holds, without what belongs to the library: the dates of the files and of the deletion.
    init(_ contents: ConversationContents<Message>) {
        self.init(id: contents.info.id, snapshot: contents.snapshot)
        // It is the library's, and no other one's, even if it was handed on by a store that knows nothing of libraries.
        snapshot.annotation = nil
        isDeleted = contents.info.deleted != nil
        problems = contents.problems
        var last: File?
        files = contents.artifacts.map { artifact in
            let info = artifact.info
            let name = Identifier<Artifact>(info.name)
            // Where a version is missing that cannot be read, the others are counted anew.
            let version = last?.name == name ? (last?.version ?? 0) + 1 : 1
            let file = File(name: name, type: info.type, version: version, data: artifact.data)
            last = file
            return file
        }
    }
}
