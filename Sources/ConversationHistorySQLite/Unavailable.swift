#if !SQLite
// The public names of this module when the package is built without SQLite, so that using one of them says what to do.

/// The version of the SQLite library that the process runs with.
@available(*, unavailable, message: "Enable the package trait \"SQLite\" to use ConversationHistorySQLite.")
public struct SQLiteVersion: Sendable {}
#endif
