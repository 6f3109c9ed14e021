#if PostgreSQL
public import ConversationHistory
public import ConversationHistoryLibrary
import ConversationHistoryRows

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension PostgresConversationLibrary {
    /// The number of bytes of an artifact in one row.
    private static var chunkByteCount: Int { 1 << 20 }

    /// The number of rows to send or fetch at a time.
    private static var chunkCount: Int { 8 }

    /// Saves an artifact as its next version; a large one is sent in parts.
    public func saveArtifact(
        _ data: [UInt8],
        named name: String,
        type: String?,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> ArtifactInfo {
        try LibraryName.check(name, operation: "save an artifact of")
        try ArtifactLimit.check(data.count)
        try checkScope("save an artifact of")
        let created = Date.now.storable
        // The lock on the conversation keeps others from using the same version number.
        let start: [PostgresCommand] = [
            .lock(id, scope),
            PostgresCommand(
                """
                INSERT INTO artifacts(conversation, name, version, type, created, byte_count)
                SELECT key, $2, coalesce(
                  (SELECT max(version) FROM artifacts WHERE conversation = key AND name = $2), 0) + 1, $3, $4, $5
                FROM conversations WHERE id = $1 RETURNING version
                """,
                [.name(id.rawValue), .name(name), .name(type), .date(created), .int(data.count)]
            ),
        ]
        let chunks = Array(stride(from: 0, to: data.count, by: Self.chunkByteCount).enumerated())
        @Sendable func commands(_ range: Range<Int>) -> [PostgresCommand] {
            chunks[range].map { number, offset in
                let end = min(offset + Self.chunkByteCount, data.count)
                return Self.insertChunk(Array(data[offset..<end]), number: number, named: name, in: id)
            }
        }
        return try await write("save an artifact of") { (session) throws(PostgresFailure) in
            let first = commands(0..<min(chunks.count, Self.chunkCount))
            let version: Int
            if first.count == chunks.count {
                let results = try session.transaction(.write, scope, start + first, afterwards: [notice(id)])
                version = try results[1].int(0, 0)
            } else {
                version = try session.transaction(.write, scope, afterwards: [notice(id)]) {
                    (session) throws(PostgresFailure) in
                    let version = try session.run(start + first)[1].int(0, 0)
                    for begin in stride(from: Self.chunkCount, to: chunks.count, by: Self.chunkCount) {
                        _ = try session.run(commands(begin..<min(begin + Self.chunkCount, chunks.count)))
                    }
                    return version
                }
            }
            return ArtifactInfo(name: name, type: type, version: version, byteCount: data.count, created: created)
        }
    }

    /// Returns the command that stores a part of the newest version of an artifact.
    private static func insertChunk(
        _ data: [UInt8],
        number: Int,
        named name: String,
        in id: ConversationID
    ) -> PostgresCommand {
        PostgresCommand(
            """
            INSERT INTO artifact_chunks(conversation, name, version, number, data, digest)
            SELECT conversation, name, version, $3, $4, sha256($4) FROM artifacts
            WHERE conversation = (SELECT key FROM conversations WHERE id = $1) AND name = $2
            ORDER BY version DESC LIMIT 1
            """,
            [.name(id.rawValue), .name(name), .int(number), .bytes(data)]
        )
    }

    /// Returns an artifact of a conversation; a large one is fetched in parts.
    public func artifact(
        named name: String,
        version: Int?,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> Artifact {
        let operation = "load an artifact of"
        try checkScope(operation)
        let info = PostgresCommand(
            """
            SELECT name, type, version, byte_count, created FROM artifacts
            WHERE conversation = (SELECT key FROM conversations WHERE id = $1) AND name = $2
              AND ($3::bigint IS NULL OR version = $3)
            ORDER BY version DESC LIMIT 1
            """,
            [.name(id.rawValue), .name(name), .int(version.map(Int64.init))]
        )
        return try await read(operation) { (session) throws(PostgresFailure) in
            try session.transaction(.read, scope) { (session) throws(PostgresFailure) in
                let found = try session.run([.conversation(id), info])
                let key = try live(found[0], operation).key
                guard !found[1].isEmpty else {
                    throw .refused(HistoryStoreError.noSuchArtifact(operation, in: pool.location))
                }
                let info = try ArtifactInfo(found[1], 0)
                return Artifact(info: info, data: try data(of: info, in: key, session))
            }
        }
    }

    /// Returns the artifacts of a conversation in all their versions, and the problems of damaged ones.
    func artifacts(
        of conversation: Int64,
        _ id: ConversationID,
        _ session: PostgresSession
    ) throws(PostgresFailure) -> (artifacts: [Artifact], problems: [LibraryProblem]) {
        let list = PostgresCommand(
            """
            SELECT name, type, version, byte_count, created FROM artifacts
            WHERE conversation = $1 ORDER BY name, version
            """,
            [.int(conversation)]
        )
        let infos = try session.run([list])[0]
        var artifacts: [Artifact] = []
        var problems: [LibraryProblem] = []
        var versions = ArtifactVersions()
        for row in 0..<infos.count {
            let info = try ArtifactInfo(infos, row)
            do throws(PostgresFailure) {
                guard versions.isNext(info.version, of: info.name) else { throw PostgresFailure.missingRow }
                artifacts.append(Artifact(info: info, data: try data(of: info, in: conversation, session)))
            } catch {
                guard error.historyProblem?.kind == .damagedHistory else { throw error }
                let description = "A version of an artifact is not as it was saved."
                problems.append(LibraryProblem(.damagedArtifact, conversation: id, description: description))
            }
        }
        return (artifacts, problems)
    }

    private func data(
        of info: ArtifactInfo,
        in conversation: Int64,
        _ session: PostgresSession
    ) throws(PostgresFailure) -> [UInt8] {
        var data: [UInt8] = []
        // The stored count may be any number, so the reservation is limited to the largest artifact.
        data.reserveCapacity(min(max(0, info.byteCount), ArtifactLimit.byteCount))
        var number = 0
        while data.count < info.byteCount {
            let chunks = try session.run([
                PostgresCommand(
                    """
                    SELECT data, sha256(data) = digest, number FROM artifact_chunks
                    WHERE conversation = $1 AND name = $2 AND version = $3 AND number >= $4
                    ORDER BY number LIMIT $5
                    """,
                    [
                        .int(conversation), .name(info.name), .int(info.version), .int(number), .int(Self.chunkCount),
                    ]
                )
            ])[0]
            for row in 0..<chunks.count {
                guard try chunks.int(row, 2) == number else { throw .missingRow }
                guard try chunks.bool(row, 1) else { throw .unexpectedValue }
                chunks.withBytes(row, 0) { data.append(contentsOf: $0) }
                number += 1
            }
            if chunks.isEmpty { throw .missingRow }
        }
        guard data.count == info.byteCount else { throw .unexpectedValue }
        return data
    }

    /// Lists the artifacts of a conversation without reading their data.
    public func artifacts(in id: ConversationID) async throws(HistoryStoreError) -> [ArtifactInfo] {
        try checkScope("list the artifacts of")
        let list = PostgresCommand(
            """
            SELECT DISTINCT ON (name) name, type, version, byte_count, created FROM artifacts
            WHERE conversation = (SELECT key FROM conversations WHERE id = $1) ORDER BY name, version DESC
            """,
            [.name(id.rawValue)]
        )
        return try await read("list the artifacts of", [.conversation(id), list]) { (results) throws(PostgresFailure) in
            _ = try live(results[0], "list the artifacts of")
            var infos: [ArtifactInfo] = []
            for row in 0..<results[1].count { infos.append(try ArtifactInfo(results[1], row)) }
            return infos
        }
    }

    /// Removes an artifact in all its versions for good.
    public func removeArtifact(named name: String, in id: ConversationID) async throws(HistoryStoreError) {
        let operation = "remove an artifact of"
        try checkScope(operation)
        let removal = PostgresCommand(
            """
            WITH gone AS (
              DELETE FROM artifacts
              WHERE conversation = (SELECT key FROM conversations WHERE id = $1) AND name = $2 RETURNING 1)
            SELECT count(*) FROM gone
            """,
            [.name(id.rawValue), .name(name)]
        )
        try await write(operation, id, [.lock(id, scope), removal]) { (results) throws(PostgresFailure) in
            guard try results[1].int(0, 0) > 0 else {
                throw .refused(HistoryStoreError.noSuchArtifact(operation, in: pool.location))
            }
        }
    }
}

extension ArtifactInfo {
    /// Reads a row with the name, type, version, byte count and date.
    fileprivate init(_ result: PostgresResult, _ row: Int) throws(PostgresFailure) {
        guard let created = try result.date(row, 4) else { throw .unexpectedValue }
        self.init(
            name: try result.requiredName(row, 0),
            type: try result.name(row, 1),
            version: try result.int(row, 2),
            byteCount: try result.int(row, 3),
            created: created
        )
    }
}
#endif
