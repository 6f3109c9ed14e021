#if SQLite
/// What a connection has done: figures that do not depend on the machine.
package struct SQLiteCounters: Hashable, Sendable {
    /// How often SQL was compiled.
    package var statementsPrepared = 0

    /// How often a statement was run, those that begin and end transactions included.
    package var statementsRun = 0

    /// How many rows were inserted, updated or deleted, those by triggers included.
    package var rowsWritten: Int64 = 0

    /// How many pages were written into the log; what a checkpoint copies out of it does not count.
    package var pagesWritten = 0
}
#endif
