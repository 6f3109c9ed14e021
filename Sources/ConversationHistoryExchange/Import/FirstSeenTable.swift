import ConversationHistory
import ConversationHistoryLibrary

/// Values by their keys, in the order in which the keys came first.
///
/// However many there are, one is found by its hash.
struct FirstSeenTable<Key: Hashable, Value> {
    private(set) var values: [Value] = []
    private var places: [Key: Int] = [:]

    /// Changes the value of a key, which is made if the key is new.
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
