#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A coding path as a chain from the innermost key outward, so that adding a level copies nothing.
final class CodingPath: Sendable {
    private let parent: CodingPath?
    private let key: any CodingKey

    init(_ parent: CodingPath?, _ key: any CodingKey) {
        self.parent = parent
        self.key = key
    }

    /// Returns a path with another key; without a key, returns the same path.
    static func adding(_ key: (any CodingKey)?, to path: CodingPath?) -> CodingPath? {
        guard let key else { return path }
        return CodingPath(path, key)
    }

    /// Returns the keys of a path from the outermost to the innermost, followed by a last one.
    static func keys(_ path: CodingPath?, _ last: (any CodingKey)?) -> [any CodingKey] {
        var keys: [any CodingKey] = last.map { [$0] } ?? []
        var next = path
        while let path = next {
            keys.append(path.key)
            next = path.parent
        }
        return keys.reversed()
    }
}

/// A coding key of any name or index.
struct AnyCodingKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ name: String) {
        stringValue = name
        intValue = nil
    }

    /// Creates the key for an index in a coding path.
    init(index: Int) {
        stringValue = "Index \(index)"
        intValue = index
    }

    init?(stringValue: String) {
        self.init(stringValue)
    }

    init?(intValue: Int) {
        stringValue = String(intValue)
        self.intValue = intValue
    }

    /// The default key for coding a superclass.
    static let `super` = AnyCodingKey("super")
}

/// The JSON forms of Foundation's types whose own coding would be clumsy.
enum FoundationCoding {
    /// Returns the JSON of a `Data`, `URL` or `Decimal`; `nil` for other types.
    static func encode<Value: Encodable>(_ value: Value, at place: EncodingPlace) throws -> JSONValue? {
        if Value.self == Data.self, let data = value as? Data { return .string(data.base64EncodedString()) }
        if Value.self == URL.self, let url = value as? URL { return .string(url.absoluteString) }
        if Value.self == Decimal.self, let decimal = value as? Decimal {
            guard let number = JSONNumber(decimal.description) else {
                throw place.error(value, "A number that is not finite has no form in JSON.")
            }
            return .number(number)
        }
        return nil
    }

    /// Returns a `Data`, `URL` or `Decimal` from its JSON; `nil` for other types.
    static func decode<Value: Decodable>(_ type: Value.Type, from source: ValueDecoder) throws -> Value? {
        if type == Data.self {
            guard let data = Data(base64Encoded: try source.string()) else {
                throw source.corrupted("The string is not Base64.")
            }
            return data as? Value
        }
        if type == URL.self {
            guard let url = URL(string: try source.string()) else { throw source.corrupted("The string is no URL.") }
            return url as? Value
        }
        if type == Decimal.self {
            guard case .number(let number) = source.value else { throw source.mismatch(type) }
            guard let decimal = Decimal(string: number.text), decimal.isFinite else {
                throw source.corrupted("The number is out of the range of Decimal.")
            }
            return decimal as? Value
        }
        return nil
    }
}
