#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A name that is compared byte by byte.
///
/// Unlike strings, two identifiers that look alike but consist of different scalars ("é" as one scalar or as two) are
/// different, as in a file system or a database.
public struct Identifier<Subject>: RawRepresentable, Hashable, Comparable, Codable, Sendable,
    ExpressibleByStringLiteral, CustomStringConvertible
{
    /// The name itself.
    public let rawValue: String

    /// Creates an identifier from a name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Creates an identifier from a name.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// Creates an identifier from a literal.
    public init(stringLiteral value: String) { self.rawValue = value }

    /// The name itself.
    public var description: String { rawValue }

    /// Returns whether two identifiers have the same bytes.
    public static func == (lhs: Self, rhs: Self) -> Bool { lhs.rawValue.utf8.elementsEqual(rhs.rawValue.utf8) }

    /// Returns whether one identifier's bytes come before another's.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.rawValue.utf8.lexicographicallyPrecedes(rhs.rawValue.utf8)
    }

    /// Hashes the bytes of the name.
    public func hash(into hasher: inout Hasher) {
        var name = rawValue
        // The buffer doesn't leave the closure.
        name.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xff as UInt8)
    }
}

/// The id of a conversation.
public typealias ConversationID = Identifier<ConversationSubject>

/// The id of an entry, unique in its conversation.
public typealias EntryID = Identifier<EntrySubject>

/// The id of a turn, unique in its conversation.
public typealias TurnID = Identifier<TurnSubject>

/// The subject of a ``ConversationID``, a type without values.
public enum ConversationSubject {}

/// The subject of an ``EntryID``, a type without values.
public enum EntrySubject {}

/// The subject of a ``TurnID``, a type without values.
public enum TurnSubject {}

extension Identifier {
    /// Returns a new, unique identifier of 26 digits and lowercase letters.
    ///
    /// The first ten characters encode the time in milliseconds, so identifiers sort by the time of their creation. The
    /// other sixteen encode 80 random bits.
    public static func unique() -> Self {
        var generator = SystemRandomNumberGenerator()
        return unique(at: Date(), using: &generator)
    }

    static func unique(at date: Date, using generator: inout some RandomNumberGenerator) -> Self {
        let milliseconds = UInt64(max(0, date.timeIntervalSince1970 * 1000)) & 0xffff_ffff_ffff
        let high = UInt64.random(in: 0..<1 << 40, using: &generator)
        let low = UInt64.random(in: 0..<1 << 40, using: &generator)
        let text = String(unsafeUninitializedCapacity: 26) { buffer in
            // Each of the 26 bytes is written below, and each is ASCII.
            Self.spell(milliseconds, count: 10, into: buffer, at: 0)
            Self.spell(high, count: 8, into: buffer, at: 10)
            Self.spell(low, count: 8, into: buffer, at: 18)
            return 26
        }
        return Self(text)
    }

    private static func spell(
        _ value: UInt64,
        count: Int,
        into buffer: UnsafeMutableBufferPointer<UInt8>,
        at start: Int
    ) {
        var rest = value
        for position in stride(from: start + count - 1, through: start, by: -1) {
            // The 32 letters of Crockford's base 32: no i, l, o or u.
            let digit = UInt8(truncatingIfNeeded: rest & 31)
            let letters: StaticString = "0123456789abcdefghjkmnpqrstvwxyz"
            buffer[position] = letters.utf8Start[Int(digit)]
            rest >>= 5
        }
    }
}
