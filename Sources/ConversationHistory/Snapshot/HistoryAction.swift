/// An event of a conversation that is not a message: a button that was pressed, an approval that was given.
public struct HistoryAction: Hashable, Sendable {
    /// What happened, by a name of the application's choice.
    public var name: String

    /// What belongs to it.
    public var payload: JSONValue

    /// Creates an action.
    public init(name: String, payload: JSONValue = .null) {
        self.name = name
        self.payload = payload
    }
}
