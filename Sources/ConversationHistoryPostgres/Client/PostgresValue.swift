#if PostgreSQL
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A parameter for the server: its type, and its bytes in the server's binary format.
///
/// Data from callers is sent as bytes, never as text: the server's text cannot hold a NUL, and depends on the encoding
/// of the database.
struct PostgresValue: Sendable {
    /// The parameter types, by the OIDs that all servers share.
    enum Kind: UInt32 {
        case bool = 16
        case bytes = 17
        case int = 20
        case text = 25
        case double = 701
        case bools = 1000
        case texts = 1009
        case ints = 1016
        case byteses = 1001
        case doubles = 1022
    }

    let kind: Kind
    /// `nil` for null.
    let bytes: [UInt8]?

    private init(_ kind: Kind, _ bytes: [UInt8]?) {
        self.kind = kind
        self.bytes = bytes
    }

    static func int(_ value: Int64?) -> Self { Self(.int, value.map { encoded(UInt64(bitPattern: $0)) }) }

    static func int(_ value: Int) -> Self { int(Int64(value)) }

    static func double(_ value: Double?) -> Self { Self(.double, value.map { encoded($0.bitPattern) }) }

    static func date(_ value: Date?) -> Self { double(value?.timeIntervalSinceReferenceDate) }

    static func bool(_ value: Bool) -> Self { Self(.bool, [value ? 1 : 0]) }

    static func bytes(_ value: [UInt8]?) -> Self { Self(.bytes, value) }

    /// Returns the UTF-8 bytes of a text.
    static func name(_ value: String?) -> Self { Self(.bytes, value.map { Array($0.utf8) }) }

    /// Returns text of the type `text`, for schema names, role names and texts of this package.
    static func text(_ value: String?) -> Self { Self(.text, value.map { Array($0.utf8) }) }

    static func ints(_ values: [Int]) -> Self {
        array(.ints, of: .int, values.map { encoded(UInt64(bitPattern: Int64($0))) })
    }

    static func bools(_ values: [Bool]) -> Self { array(.bools, of: .bool, values.map { [$0 ? 1 : 0] }) }

    static func dates(_ values: [Date?]) -> Self {
        array(.doubles, of: .double, values.map { $0.map { encoded($0.timeIntervalSinceReferenceDate.bitPattern) } })
    }

    static func byteses(_ values: [[UInt8]]) -> Self { array(.byteses, of: .bytes, values) }

    static func names(_ values: [String]) -> Self { array(.byteses, of: .bytes, values.map { Array($0.utf8) }) }

    static func texts(_ values: [String?]) -> Self {
        array(.texts, of: .text, values.map { $0.map { Array($0.utf8) } })
    }

    /// Returns a one-dimensional array, indexed from 1: the number of dimensions, whether it has nulls, the element
    /// type, then each value after its length.
    private static func array(_ kind: Kind, of element: Kind, _ values: [[UInt8]?]) -> Self {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.reduce(20) { $0 + 4 + ($1?.count ?? 0) })
        append(values.isEmpty ? 0 : 1, to: &bytes)
        append(values.contains { $0 == nil } ? 1 : 0, to: &bytes)
        append(element.rawValue, to: &bytes)
        if !values.isEmpty {
            append(UInt32(values.count), to: &bytes)
            append(1, to: &bytes)
        }
        for value in values {
            append(value.map { UInt32($0.count) } ?? .max, to: &bytes)
            if let value { bytes.append(contentsOf: value) }
        }
        return Self(kind, bytes)
    }

    private static func append(_ value: UInt32, to bytes: inout [UInt8]) {
        for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    private static func encoded(_ value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) }
    }
}
#endif
