#if SQLite
import CConversationHistorySQLite
import ConversationHistory

/// The schema of a database, as the migration steps that build it from an empty database.
///
/// New steps are only ever added at the end: a database of version *n* has completed the first *n* steps.
struct SQLiteSchema: Sendable {
    /// The outcome of a migration.
    enum Outcome: Hashable, Sendable {
        /// The database already had the newest version.
        case current
        /// The database was empty.
        case created
        /// The database had an older version; a copy of its previous state is at the backup path.
        case migrated(from: Int, backup: String)
    }

    /// A migration step from one version to the next.
    ///
    /// A type of its own, because closures over a noncopyable database cannot be elements of an array.
    struct Step: Sendable {
        /// Changes the database, within the transaction of the whole migration.
        let run: @Sendable (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Void

        init(_ run: @escaping @Sendable (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Void) { self.run = run }
    }

    /// The maximum number of file names that a backup tries.
    private static let mostNames = 100

    /// The application id of databases with this schema; not 0.
    let applicationID: Int32

    /// The steps; the first one creates version 1.
    let steps: [Step]

    /// The newest schema version.
    var version: Int { steps.count }

    /// Migrates a database to the newest version in one transaction.
    ///
    /// If several connections, in any processes, migrate at the same time, one does the work and the others wait. An
    /// existing database is first copied to a file beside it, with its version in the name, while the write lock is
    /// held.
    ///
    /// - Throws: ``SQLiteFailure/foreignDatabase`` and ``SQLiteFailure/newerSchema(found:known:)``, with nothing
    ///   changed; what a step throws, after a rollback.
    @discardableResult
    func migrate(_ database: borrowing SQLiteDatabase) throws(SQLiteFailure) -> Outcome {
        // Usually the database is current, and that check should not wait for a writer. One transaction reads all
        // values, because another process may be about to create the tables.
        let isCurrent = try database.readTransaction { (database) throws(SQLiteFailure) in
            try check(database) == version
        }
        if isCurrent { return .current }
        if database.isReadOnly { throw .oldSchema(known: version) }
        return try database.writeTransaction { (database) throws(SQLiteFailure) in
            // Another connection may have migrated the database in the meantime.
            let found = try check(database)
            if found == version { return .current }
            let backup = found == 0 ? nil : try backUp(database, version: found)
            for step in steps[found...] { try step.run(database) }
            try database.setApplicationID(applicationID)
            try database.setUserVersion(version)
            return backup.map { .migrated(from: found, backup: $0) } ?? .created
        }
    }

    /// Returns the schema version of a database, or 0 if it is empty.
    private func check(_ database: borrowing SQLiteDatabase) throws(SQLiteFailure) -> Int {
        if try database.applicationID != applicationID {
            guard try database.isEmpty else { throw .foreignDatabase }
            return 0
        }
        let found = try database.userVersion
        guard found <= version else { throw .newerSchema(found: found, known: version) }
        // The transaction that sets the application id also sets the version, so 0 is not from this package.
        guard found > 0 else { throw .foreignDatabase }
        return found
    }

    /// Copies a database while this connection holds its write lock, so that no other connection changes it.
    private func backUp(_ database: borrowing SQLiteDatabase, version: Int) throws(SQLiteFailure) -> String {
        // SQLite cannot copy from a connection with a write transaction; another one reads the committed state.
        let reader = try SQLiteDatabase.open(realPath: database.path)
        var number = 1
        while true {
            let suffix = number == 1 ? "" : "-\(number)"
            let path = "\(database.path).version-\(version)\(suffix).backup"
            do throws(SQLiteFailure) {
                try reader.backUp(to: path)
                return path
            } catch {
                // An earlier attempt, or an earlier migration from the same version, left a copy, which is kept.
                guard error.isBecauseFileExists, number < Self.mostNames else { throw error }
                number += 1
            }
        }
    }
}
#endif
