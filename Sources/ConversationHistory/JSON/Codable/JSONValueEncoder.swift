/// Turns any `Encodable` value into a tree of JSON values.
///
/// `JSONValue`, `JSONNumber` and `JSONObject` inside it are kept as they are. `Data` becomes a Base64 string, `URL` a
/// string and `Decimal` a number. The members of a dictionary are sorted by key, since a `Dictionary` has no order of
/// its own and equal values are to be written alike.
///
/// Nesting takes stack wherever types call one another's `encode(to:)`: at the limit about one megabyte.
enum JSONValueEncoder {
    /// Encodes a value.
    ///
    /// - Throws: What the value's own `encode(to:)` throws, or an `EncodingError` for what JSON cannot hold: numbers
    ///   that are not finite, and nesting deeper than `JSONValue.maximumDepth`.
    static func encode(_ value: some Encodable) throws -> JSONValue {
        let failures = EncodingFailures()
        do {
            let child = try EncodingPlace(failures: failures).encode(value)
            if let failure = failures.first { throw failure }
            return child.finished
        } catch {
            // What could not be thrown when it happened came first.
            throw failures.first ?? error
        }
    }
}
