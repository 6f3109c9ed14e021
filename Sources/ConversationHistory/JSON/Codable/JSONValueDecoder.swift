/// Makes any `Decodable` value from a tree of JSON values; the counterpart of `JSONValueEncoder`.
enum JSONValueDecoder {
    /// Decodes a value.
    ///
    /// Of members with the same key, the last one counts.
    ///
    /// - Throws: A `DecodingError` that names the place, or what the type's own `init(from:)` throws.
    static func decode<Value: Decodable>(_ type: Value.Type, from value: JSONValue) throws -> Value {
        if value.isDeeper() {
            let explanation = "The value is nested deeper than \(JSONValue.maximumDepth) levels."
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: explanation))
        }
        return try ValueDecoder(value).value(type)
    }
}
