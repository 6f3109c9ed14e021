/// A name that is compared byte by byte.
///
/// Unlike two strings, two identifiers that look alike but are spelt with other scalars ("é" as one scalar or as two)
/// are different, as they are to a file system or a database.
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

    /// Tells whether two identifiers have the same bytes.
    public static func == (lhs: Self, rhs: Self) -> Bool { lhs.rawValue.utf8.elementsEqual(rhs.rawValue.utf8) }

    /// Tells whether one identifier's bytes come before another's.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.rawValue.utf8.lexicographicallyPrecedes(rhs.rawValue.utf8)
    }

    /// Hashes the bytes of the name.
    public func hash(into hasher: inout Hasher) {
        var name = rawValue
        name.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xff as UInt8)
    }
}

/// The id of a conversation.
public typealias ConversationID = Identifier<ConversationSubject>

/// The id of an entry; no two entries of one conversation have the same.
public typealias EntryID = Identifier<EntrySubject>

/// The id of a turn; no two turns of one conversation have the same.
public typealias TurnID = Identifier<TurnSubject>

/// What a ``ConversationID`` names; it has no values.
public enum ConversationSubject {}

/// What an ``EntryID`` names; it has no values.
public enum EntrySubject {}

/// What a ``TurnID`` names; it has no values.
public enum TurnSubject {}
