package import ConversationHistory

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

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

/// How large an artifact may be: the same for every library.
package enum ArtifactLimit {
    /// 256 MiB.
    package static let byteCount = 256 << 20

    /// Throws if an artifact is too large.
    package static func check(_ count: Int) throws(HistoryStoreError) {
        guard count <= byteCount else {
            throw HistoryStoreError(
                .tooLarge,
                operation: "save an artifact of",
                location: "a library",
                reason: "The artifact has \(count) bytes; the limit is \(byteCount)."
            )
        }
    }
}
