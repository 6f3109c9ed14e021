import ConversationHistory

/// A file that belongs to a conversation.
public struct Artifact: Hashable, Sendable {
    /// What is known of it.
    public var info: ArtifactInfo

    /// Its bytes.
    public var data: [UInt8]

    /// The bytes as text, if they are UTF-8.
    public var text: String? { String(validating: data, as: UTF8.self) }

    /// Creates a file.
    public init(info: ArtifactInfo, data: [UInt8]) {
        self.info = info
        self.data = data
    }
}
