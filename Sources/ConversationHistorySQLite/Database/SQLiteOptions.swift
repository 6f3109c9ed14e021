#if SQLite
import ConversationHistory

/// How a connection is opened.
struct SQLiteOptions: Sendable {
    /// Whether the file is created, with mode 0600, if there is none.
    var createsFile = true

    /// The application that the database must belong to, unless it is empty; `nil` for any.
    ///
    /// It is looked at before anything about the file is changed.
    var applicationID: Int32?

    /// What a commit that has returned survives.
    var durability = Durability.full

    /// How long a call waits for a lock.
    var busyTimeout = Duration.seconds(10)

    /// Whether the connection refuses to change anything.
    var isQueryOnly = false
}
#endif
