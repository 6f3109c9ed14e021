public import ConversationHistory

/// A conversation of a library with all that belongs to it, as it was at one moment.
public struct ConversationContents<Message: HistoryMessage>: Equatable, Sendable {
    /// What is known of it; ``ConversationInfo/deleted`` says whether it is in the trash.
    public var info: ConversationInfo

    /// What its store would load, were it not in the trash.
    public var snapshot: ConversationSnapshot<Message>

    /// Its files in all their versions, ordered by name and then by version.
    public var artifacts: [Artifact]

    /// The files of which something cannot be read, so that it is not among the ``artifacts``.
    public var problems: [LibraryProblem]

    /// Creates the contents, for a library of one's own.
    public init(
        info: ConversationInfo,
        snapshot: ConversationSnapshot<Message>,
        artifacts: [Artifact],
        problems: [LibraryProblem] = []
    ) {
        self.problems = problems
        self.info = info
        self.snapshot = snapshot
        self.artifacts = artifacts
    }
}
