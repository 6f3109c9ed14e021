/// What the next token of a JSON text announces.
package enum JSONKind: Hashable, Sendable {
    case object
    case array
    case string
    case number
    case bool
    case null

    /// Nothing but blanks is left.
    case end

    /// A byte with which no JSON value begins.
    case invalid
}
