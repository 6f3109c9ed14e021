/// The names of the files that accompany a file in its directory.
///
/// They begin with a dot, contain the package's name, and never exceed the length limit of names: for a long file name,
/// a hash replaces its end, so that two long names do not share a sibling.
struct SiblingNames: Hashable, Sendable {
    /// The longest name in bytes, on every relevant file system.
    static let longestName = 255

    private static let temporarySuffix = ".conversation-history.tmp"
    private static let lockSuffix = ".conversation-history.lock"
    private static let randomDigits = 16

    /// The name of the file itself.
    let name: String

    /// The name of the lock file.
    var lock: String {
        "." + Self.shortened(name, reserving: 1 + Self.lockSuffix.utf8.count) + Self.lockSuffix
    }

    /// Returns a new name for a temporary file.
    func temporary() -> String {
        temporaryPrefix + Self.random() + Self.temporarySuffix
    }

    /// Returns whether ``temporary()`` may have returned a name for this file.
    func isTemporary(_ candidate: String) -> Bool {
        let bytes = candidate.utf8
        let prefix = temporaryPrefix.utf8
        let suffix = Self.temporarySuffix.utf8
        guard
            bytes.count == prefix.count + Self.randomDigits + suffix.count,
            bytes.starts(with: prefix),
            bytes.suffix(suffix.count).elementsEqual(suffix)
        else { return false }
        return bytes.dropFirst(prefix.count).prefix(Self.randomDigits).allSatisfy { Self.digits.contains($0) }
    }

    /// Returns whether ``temporary()`` may have returned a name for any file.
    static func isAnyTemporary(_ candidate: String) -> Bool {
        candidate.utf8.first == UInt8(ascii: ".") && candidate.hasSuffix(temporarySuffix)
    }

    /// Returns whether a name belongs to a temporary file or a lock file, of any file.
    static func isAnyOurs(_ candidate: String) -> Bool {
        isAnyTemporary(candidate) || candidate.utf8.first == UInt8(ascii: ".") && candidate.hasSuffix(lockSuffix)
    }

    /// Returns the name for a damaged file; not hidden, so that people find it.
    func aside(_ suffix: String) -> String {
        let ending = ".damaged-" + suffix
        return Self.shortened(name, reserving: ending.utf8.count) + ending
    }

    /// Returns 16 random hexadecimal digits.
    static func random() -> String {
        padded(UInt64.random(in: .min ... .max))
    }

    private var temporaryPrefix: String {
        let rest = 2 + Self.randomDigits + Self.temporarySuffix.utf8.count
        return "." + Self.shortened(name, reserving: rest) + "."
    }

    private static let digits = Set("0123456789abcdef".utf8)

    private static func padded(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: randomDigits - text.count) + text
    }

    private static func shortened(_ name: String, reserving reserved: Int) -> String {
        let room = max(0, longestName - reserved)
        guard name.utf8.count > room else { return name }
        let ending = "~" + padded(hash(name))
        var kept = ""
        var size = ending.utf8.count
        // Cut between scalars, so that the rest is valid UTF-8, which some file systems require.
        for scalar in name.unicodeScalars {
            size += UTF8.width(scalar)
            guard size <= room else { break }
            kept.unicodeScalars.append(scalar)
        }
        return kept + ending
    }

    /// Returns the FNV-1a hash; the standard library's hash differs from process to process.
    private static func hash(_ name: String) -> UInt64 {
        name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
