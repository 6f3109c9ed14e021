public import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension InMemoryConversationLibrary {
    /// Saves an artifact as the newest version of its name.
    public func saveArtifact(
        _ data: [UInt8],
        named name: String,
        type: String?,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> ArtifactInfo {
        try LibraryName.check(name, operation: "save an artifact of")
        try ArtifactLimit.check(data.count)
        return try shared.withContents { (contents) throws(HistoryStoreError) in
            try contents.change(id, scope, "save an artifact of") { record in
                let versions = record.artifacts[Identifier(name), default: []]
                let info = ArtifactInfo(
                    name: name,
                    type: type,
                    version: versions.count + 1,
                    byteCount: data.count,
                    created: .now.storable
                )
                record.artifacts[Identifier(name)] = versions + [Artifact(info: info, data: data)]
                return info
            }
        }
    }

    /// Returns an artifact of a conversation.
    public func artifact(
        named name: String,
        version: Int?,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> Artifact {
        let versions = try versions(of: name, in: id, "load an artifact of")
        guard let artifact = versions.last(where: { version == nil || $0.info.version == version }) else {
            throw .noSuchArtifact("load an artifact of")
        }
        return artifact
    }

    /// Lists the artifacts of a conversation by name.
    public func artifacts(in id: ConversationID) async throws(HistoryStoreError) -> [ArtifactInfo] {
        try shared.withContents { (contents) throws(HistoryStoreError) in
            try contents.live(id, scope, "list the artifacts of").artifacts
                .sorted { $0.key < $1.key }.compactMap { $0.value.last?.info }
        }
    }

    /// Removes an artifact in all its versions.
    public func removeArtifact(named name: String, in id: ConversationID) async throws(HistoryStoreError) {
        _ = try versions(of: name, in: id, "remove an artifact of")
        try shared.withContents { (contents) throws(HistoryStoreError) in
            try contents.change(id, scope, "remove an artifact of") { $0.artifacts[Identifier(name)] = nil }
        }
    }

    private func versions(
        of name: String,
        in id: ConversationID,
        _ operation: String
    ) throws(HistoryStoreError) -> [Artifact] {
        try shared.withContents { (contents) throws(HistoryStoreError) in
            guard let versions = try contents.live(id, scope, operation).artifacts[Identifier(name)] else {
                throw HistoryStoreError.noSuchArtifact(operation)
            }
            return versions
        }
    }
}
