#if PostgreSQL
package import ConversationHistory
package import ConversationHistoryLibrary

extension PostgresConversationLibrary: ImportExclusion {
    package func beginImport(
        of id: ConversationID,
        isOneSave: Bool
    ) async throws(HistoryStoreError) -> ImportPermit? {
        guard !isOneSave else { return nil }
        // The bytes are spelled as numbers, because text cannot hold a NUL.
        let name = id.rawValue.utf8.map { String($0) }.joined(separator: " ")
        let key = PostgresValue.text("conversation-history:import:\(pool.configuration.schema):\(name)")
        let key64 = "hashtextextended($1, 0)"
        do throws(PostgresFailure) {
            let connection = try await pool.hold(PostgresCommand("SELECT pg_advisory_lock(\(key64))", [key]))
            return ImportPermit { [pool] in
                Task { await pool.release(connection, PostgresCommand("SELECT pg_advisory_unlock(\(key64))", [key])) }
            }
        } catch { throw HistoryStoreError(error, operation: "import", location: pool.location) }
    }
}
#endif
