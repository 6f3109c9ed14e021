#if PostgreSQL
/// What a connection, or all of a pool, have done: figures that do not depend on the machine.
struct PostgresCounters: Hashable, Sendable {
    /// How often the server was waited for.
    var roundTrips = 0

    /// How many commands were run, those that begin and end transactions included.
    var commandsRun = 0

    /// How many commands the server was given to keep.
    var commandsPrepared = 0

    /// How many rows were inserted, updated or deleted.
    var rowsWritten = 0

    /// How many connections were made.
    var connectionsMade = 0

    static func += (left: inout PostgresCounters, right: PostgresCounters) {
        left.roundTrips += right.roundTrips
        left.commandsRun += right.commandsRun
        left.commandsPrepared += right.commandsPrepared
        left.rowsWritten += right.rowsWritten
        left.connectionsMade += right.connectionsMade
    }

    static func -= (left: inout PostgresCounters, right: PostgresCounters) {
        left.roundTrips -= right.roundTrips
        left.commandsRun -= right.commandsRun
        left.commandsPrepared -= right.commandsPrepared
        left.rowsWritten -= right.rowsWritten
        left.connectionsMade -= right.connectionsMade
    }

    static func - (left: PostgresCounters, right: PostgresCounters) -> PostgresCounters {
        var difference = left
        difference -= right
        return difference
    }
}
#endif
