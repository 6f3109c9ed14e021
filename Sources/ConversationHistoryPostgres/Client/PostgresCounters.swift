#if PostgreSQL
/// What a connection, or all of a pool, have done: figures that do not depend on the machine.
package struct PostgresCounters: Hashable, Sendable {
    /// How often the server was waited for.
    package var roundTrips = 0

    /// How many commands were run, those that begin and end transactions included.
    package var commandsRun = 0

    /// How many commands the server was given to keep.
    package var commandsPrepared = 0

    /// How many rows were inserted, updated or deleted.
    package var rowsWritten = 0

    /// How many connections were made.
    package var connectionsMade = 0

    package static func += (left: inout PostgresCounters, right: PostgresCounters) {
        left.roundTrips += right.roundTrips
        left.commandsRun += right.commandsRun
        left.commandsPrepared += right.commandsPrepared
        left.rowsWritten += right.rowsWritten
        left.connectionsMade += right.connectionsMade
    }

    package static func -= (left: inout PostgresCounters, right: PostgresCounters) {
        left.roundTrips -= right.roundTrips
        left.commandsRun -= right.commandsRun
        left.commandsPrepared -= right.commandsPrepared
        left.rowsWritten -= right.rowsWritten
        left.connectionsMade -= right.connectionsMade
    }

    package static func - (left: PostgresCounters, right: PostgresCounters) -> PostgresCounters {
        var difference = left
        difference -= right
        return difference
    }
}
#endif
