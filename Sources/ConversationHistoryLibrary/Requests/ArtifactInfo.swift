import ConversationHistory

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What is known of a file that belongs to a conversation.
public struct ArtifactInfo: Hashable, Sendable {
    /// The file's name.
    public var name: String

    /// The media type, if one was given.
    public var type: String?

    /// The version, counted from 1.
    public var version: Int

    /// The number of bytes.
    public var byteCount: Int

    /// When this version was saved.
    public var created: Date

    /// Creates a description.
    public init(name: String, type: String?, version: Int, byteCount: Int, created: Date) {
        self.name = name
        self.type = type
        self.version = version
        self.byteCount = byteCount
        self.created = created
    }
}
