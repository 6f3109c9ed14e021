package import ConversationHistory

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A file that belongs to a conversation.
public struct Artifact: Hashable, Sendable {
    /// Information about the artifact.
    public var info: ArtifactInfo

    /// The content.
    public var data: [UInt8]

    /// The content as text; `nil` if it isn't valid UTF-8.
    public var text: String? { String(validating: data, as: UTF8.self) }

    /// Creates an artifact.
    public init(info: ArtifactInfo, data: [UInt8]) {
        self.info = info
        self.data = data
    }
}

/// Information about an artifact.
public struct ArtifactInfo: Hashable, Sendable {
    /// The artifact's name.
    public var name: String

    /// The media type, if one was given.
    public var type: String?

    /// The version, counted from 1.
    public var version: Int

    /// The size in bytes.
    public var byteCount: Int

    /// The date when this version was saved.
    public var created: Date

    /// Creates the information about an artifact.
    public init(name: String, type: String?, version: Int, byteCount: Int, created: Date) {
        self.name = name
        self.type = type
        self.version = version
        self.byteCount = byteCount
        self.created = created
    }
}

/// The maximum size of an artifact, the same for every library.
package enum ArtifactLimit {
    /// The maximum size in bytes: 256 MiB.
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
