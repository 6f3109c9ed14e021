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
