#if SQLite
import CConversationHistorySQLite
import ConversationHistory

/// The schema of a database, as the steps that lead to it from nothing.
///
/// Steps are only ever added at the end: a database of version *n* has had the first *n* of them.
struct SQLiteSchema: Sendable {
    /// What was found and done.
    enum Outcome: Hashable, Sendable {
        /// The database had the newest version.
        case current
        /// The database was empty.
        case created
        /// The database had an older version, and a copy of it as it was is at the path.
        case migrated(from: Int, backup: String)
    }

    /// What makes one version of the one before; a type of its own, since closures over such a database cannot be
    /// elements of an array.
    struct Step: Sendable {
        /// Changes the database, within the transaction of the whole migration.
        let run: @Sendable (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Void

        init(_ run: @escaping @Sendable (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Void) { self.run = run }
    }

    /// How many names a backup tries.
    private static let mostNames = 100

    /// The number that marks a database as one of this schema; not 0.
    let applicationID: Int32

    /// The steps, the first of which makes version 1.
    let steps: [Step]

    /// The newest version.
    var version: Int { steps.count }

    /// Brings a database to the newest version, in one transaction.
    ///
    /// With several connections at it, in whatever processes, one does it and the others wait. A database that is not
    /// new is copied first, to a file beside it with its version in the name, while nobody can write.
    ///
    /// - Throws: ``SQLiteFailure/foreignDatabase`` and ``SQLiteFailure/newerSchema(found:known:)``, with nothing
    ///   changed; what a step throws, with everything rolled back.
    @discardableResult
    func migrate(_ database: borrowing SQLiteDatabase) throws(SQLiteFailure) -> Outcome {
        // Mostly there is nothing to do, which should not wait for a writer. What is looked at is of one moment: another
        // process may be about to create the tables.
        let isCurrent = try database.readTransaction { (database) throws(SQLiteFailure) in
            try check(database) == version
        }
        if isCurrent { return .current }
        if database.isReadOnly { throw .oldSchema(known: version) }
        return try database.writeTransaction { (database) throws(SQLiteFailure) in
            // Someone else may have done it meanwhile.
            let found = try check(database)
            if found == version { return .current }
            let backup = found == 0 ? nil : try backUp(database, version: found)
            for step in steps[found...] { try step.run(database) }
            try database.setApplicationID(applicationID)
            try database.setUserVersion(version)
            return backup.map { .migrated(from: found, backup: $0) } ?? .created
        }
    }

    /// Returns the version of a database; 0 if it is empty.
    private func check(_ database: borrowing SQLiteDatabase) throws(SQLiteFailure) -> Int {
        if try database.applicationID != applicationID {
            guard try database.isEmpty else { throw .foreignDatabase }
            return 0
        }
        let found = try database.userVersion
        guard found <= version else { throw .newerSchema(found: found, known: version) }
        // A database of this application has a version from the transaction on that marked it as such.
        guard found > 0 else { throw .foreignDatabase }
        return found
    }

    /// Copies a database whose write lock this connection has, so that nobody else changes it meanwhile.
    private func backUp(_ database: borrowing SQLiteDatabase, version: Int) throws(SQLiteFailure) -> String {
        // A connection that writes cannot be copied from; another one sees what was committed.
        let reader = try SQLiteDatabase.open(realPath: database.path)
        var number = 1
        while true {
            let suffix = number == 1 ? "" : "-\(number)"
            let path = "\(database.path).version-\(version)\(suffix).backup"
            do throws(SQLiteFailure) {
                try reader.backUp(to: path)
                return path
            } catch {
                // An earlier attempt, or an earlier version that came back, has left a copy, which is kept.
                guard error.isBecauseFileExists, number < Self.mostNames else { throw error }
                number += 1
            }
        }
    }
}
#endif
