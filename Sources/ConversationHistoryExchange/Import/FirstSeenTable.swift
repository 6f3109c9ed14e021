import ConversationHistory
import ConversationHistoryLibrary

/// A table of values by key, in the order of the keys' first use.
///
/// A value is found by hash, however many there are.
struct FirstSeenTable<Key: Hashable, Value> {
    private(set) var values: [Value] = []
    private var places: [Key: Int] = [:]

    /// Changes the value of a key; a new key starts with the default.
    mutating func change<Failure: Error>(
        _ key: Key,
        default new: @autoclosure () -> Value,
        _ body: (inout Value) throws(Failure) -> Void
    ) throws(Failure) {
        let place: Int
        if let known = places[key] {
            place = known
        } else {
            place = values.count
            places[key] = place
            values.append(new())
        }
        try body(&values[place])
    }
}
