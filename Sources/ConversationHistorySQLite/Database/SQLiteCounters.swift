#if SQLite
/// What a connection has done: figures that do not depend on the machine.
struct SQLiteCounters: Hashable, Sendable {
    /// How often SQL was compiled.
    var statementsPrepared = 0

    /// How often a statement was run, those that begin and end transactions included.
    var statementsRun = 0

    /// How many rows were inserted, updated or deleted, those by triggers included.
    var rowsWritten: Int64 = 0
}
#endif
