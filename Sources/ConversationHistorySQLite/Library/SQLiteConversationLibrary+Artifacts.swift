#if SQLite
public import ConversationHistory
public import ConversationHistoryLibrary
import ConversationHistoryRows

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension SQLiteConversationLibrary {
    /// Saves a file with a conversation, as the next version of its name.
    public func saveArtifact(
        _ data: [UInt8],
        named name: String,
        type: String?,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> ArtifactInfo {
        try LibraryName.check(name, operation: "save an artifact of")
        try ArtifactLimit.check(data.count)
        return try await write("save an artifact of") { (database) throws(SQLiteFailure) in
            let key = try database.live(id, scope, "save an artifact of").key
            let version = try database.withStatement(
                "SELECT ifnull(max(version), 0) + 1 FROM artifacts WHERE conversation = ?1 AND name = ?2"
            ) { (statement) throws(SQLiteFailure) in
                try statement.bind(key, at: 1)
                try statement.bind(name, at: 2)
                return try statement.step() ? try statement.int(at: 0) : 1
            }
            let info = ArtifactInfo(
                name: name,
                type: type,
                version: version,
                byteCount: data.count,
                created: .now.storable
            )
            try database.withStatement(
                """
                INSERT INTO artifacts(conversation, name, version, type, created, data, checksum)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                """
            ) { (statement) throws(SQLiteFailure) in
                try statement.bind(key, at: 1)
                try statement.bind(name, at: 2)
                try statement.bind(version, at: 3)
                try statement.bind(type, at: 4)
                try statement.bind(info.created, at: 5)
                try statement.bind(data, at: 6)
                try statement.bind(checksumOf: data, at: 7)
                _ = try statement.run()
            }
            return info
        }
    }

    /// Returns an artifact of a conversation.
    public func artifact(
        named name: String,
        version: Int?,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> Artifact {
        try await read("load an artifact of") { (database) throws(SQLiteFailure) in
            let key = try database.live(id, scope, "load an artifact of").key
            return try database.withStatement(
                """
                SELECT name, type, version, length(data), created, data, checksum FROM artifacts
                WHERE conversation = ?1 AND name = ?2 AND (?3 IS NULL OR version = ?3)
                ORDER BY version DESC LIMIT 1
                """
            ) { (statement) throws(SQLiteFailure) in
                try statement.bind(key, at: 1)
                try statement.bind(name, at: 2)
                try statement.bind(version.map(Int64.init), at: 3)
                guard try statement.step() else {
                    throw .refused(HistoryStoreError.noSuchArtifact("load an artifact of", in: pool.path))
                }
                return try Artifact(statement)
            }
        }
    }

    /// Lists the artifacts of a conversation without reading their data.
    public func artifacts(in id: ConversationID) async throws(HistoryStoreError) -> [ArtifactInfo] {
        try await read("list the artifacts of") { (database) throws(SQLiteFailure) in
            let key = try database.live(id, scope, "list the artifacts of").key
            // With max(), SQLite takes the other columns from the row that has the maximum.
            return try database.withStatement(
                """
                SELECT name, type, max(version), length(data), created FROM artifacts
                WHERE conversation = ?1 GROUP BY name ORDER BY name
                """
            ) { (statement) throws(SQLiteFailure) in
                try statement.bind(key, at: 1)
                var infos: [ArtifactInfo] = []
                while try statement.step() { infos.append(try ArtifactInfo(statement)) }
                return infos
            }
        }
    }

    /// Removes all versions of an artifact permanently.
    public func removeArtifact(named name: String, in id: ConversationID) async throws(HistoryStoreError) {
        try await write("remove an artifact of") { (database) throws(SQLiteFailure) in
            let key = try database.live(id, scope, "remove an artifact of").key
            try database.withStatement("DELETE FROM artifacts WHERE conversation = ?1 AND name = ?2") {
                (statement) throws(SQLiteFailure) in
                try statement.bind(key, at: 1)
                try statement.bind(name, at: 2)
                guard try statement.run() > 0 else {
                    throw .refused(HistoryStoreError.noSuchArtifact("remove an artifact of", in: pool.path))
                }
            }
        }
    }
}

extension SQLiteDatabase {
    /// Returns all versions of the artifacts of a conversation, and the problems of damaged ones.
    func artifacts(
        of key: Int64,
        _ id: ConversationID
    ) throws(SQLiteFailure) -> (artifacts: [Artifact], problems: [LibraryProblem]) {
        try withStatement(
            """
            SELECT name, type, version, length(data), created, data, checksum FROM artifacts
            WHERE conversation = ?1 ORDER BY name, version
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(key, at: 1)
            var artifacts: [Artifact] = []
            var versions = ArtifactVersions()
            var problems: [LibraryProblem] = []
            while try statement.step() {
                do throws(SQLiteFailure) {
                    let artifact = try Artifact(statement)
                    guard versions.isNext(artifact.info.version, of: artifact.info.name) else {
                        throw SQLiteFailure.damagedValue
                    }
                    artifacts.append(artifact)
                } catch {
                    guard error.isAboutValue else { throw error }
                    let description = "A version of an artifact is not as it was saved."
                    problems.append(LibraryProblem(.damagedArtifact, conversation: id, description: description))
                }
            }
            return (artifacts, problems)
        }
    }
}

extension Artifact {
    /// Reads the current row of a statement: the columns of `ArtifactInfo`, the data and its checksum.
    fileprivate init(_ statement: borrowing SQLiteStatement) throws(SQLiteFailure) {
        try statement.check(at: 5)
        self.init(info: try ArtifactInfo(statement), data: try statement.bytes(at: 5))
    }
}

extension ArtifactInfo {
    /// Reads the current row of a statement: name, type, version, size and date.
    fileprivate init(_ statement: borrowing SQLiteStatement) throws(SQLiteFailure) {
        self.init(
            name: try statement.text(at: 0),
            type: try statement.textIfPresent(at: 1),
            version: try statement.int(at: 2),
            byteCount: try statement.int(at: 3),
            created: try statement.date(at: 4)
        )
    }
}
#endif
