/// Why work with a database failed, as a module for one kind of database has it.
package protocol DatabaseFailure: Error {
    /// What the failure says of a history that cannot be read; `nil` if it is about something else.
    var damage: String? { get }
}
