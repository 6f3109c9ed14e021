import ConversationHistory
import ConversationHistoryLibrary

/// A conversation with its files, in transit between a library and an archive.
struct ArchivedConversation<Message: HistoryMessage>: Sendable {
    /// A version of a file.
    struct File: Hashable, Sendable {
        var name: Identifier<Artifact>
        var type: String?
        var version: Int
        var data: [UInt8]
    }

    /// The conversation's id in the library; the snapshot's own id may differ.
    var id: ConversationID
    var snapshot: ConversationSnapshot<Message>
    var isDeleted = false
    /// The problems of the files that the library cannot read.
    var problems: [LibraryProblem] = []
    /// Whether all of the conversation's files are present.
    var isWhole: Bool { problems.isEmpty }
    /// The file versions, ordered by name, then by version.
    var files: [File] = []
    /// The position of the conversation in the input.
    var line = 1
    var offset = 0

    init(id: ConversationID, snapshot: ConversationSnapshot<Message>, line: Int = 1, offset: Int = 0) {
        self.id = id
        self.snapshot = snapshot
        self.line = line
        self.offset = offset
    }

    /// Creates a conversation from a library's contents, without the dates of the files and of the deletion.
    init(_ contents: ConversationContents<Message>) {
        self.init(id: contents.info.id, snapshot: contents.snapshot)
        // The annotation belongs to the library alone, even if a store that does not know libraries has passed it on.
        snapshot.annotation = nil
        isDeleted = contents.info.deleted != nil
        problems = contents.problems
        var last: File?
        files = contents.artifacts.map { artifact in
            let info = artifact.info
            let name = Identifier<Artifact>(info.name)
            // Renumber the versions: unreadable ones are missing.
            let version = last?.name == name ? (last?.version ?? 0) + 1 : 1
            let file = File(name: name, type: info.type, version: version, data: artifact.data)
            last = file
            return file
        }
    }
}
