/// An event in a conversation that is not a message, such as a button press or an approval.
public struct HistoryAction: Hashable, Sendable {
    /// The name of the event, chosen by the application.
    public var name: String

    /// The data of the event.
    public var payload: JSONValue

    /// Creates an action.
    public init(name: String, payload: JSONValue = .null) {
        self.name = name
        self.payload = payload
    }
}
