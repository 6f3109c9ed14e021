import ConversationHistory

/// The connection URL of a database, which may contain a password.
///
/// The URL is kept as written. Its descriptions, in errors and logs, never show the password.
public struct ConnectionURL: Hashable, Sendable {
    /// The whole URL including the password; pass it only to the database client.
    public let string: String

    /// Creates a connection URL from its text without validating it.
    public init(_ string: String) { self.string = string }

    /// Creates the connection URL of a PostgreSQL database from its parts, which may contain any characters.
    ///
    /// - Parameters:
    ///   - host: The host's name or address, or the absolute path of the directory of a socket.
    ///   - port: The port.
    ///   - database: The database's name.
    ///   - user: The user's name.
    ///   - password: The password; `nil` if the client needs none or finds it elsewhere.
    public init(host: String, port: Int, database: String, user: String, password: String? = nil) {
        let isNumericAddress = host.contains(":") && host.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        let server = isNumericAddress ? "[\(host)]" : host.percentEncoded
        let secret = password.map { ":" + $0.percentEncoded } ?? ""
        string = "postgresql://\(user.percentEncoded)\(secret)@\(server):\(port)/\(database.percentEncoded)"
    }
}

extension ConnectionURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The URL with only the user, the servers and the database.
    ///
    /// It omits the parameters, because some of them are passwords, and every part with unusual characters. If the
    /// position of the password is ambiguous, it shows only the scheme.
    public var description: String {
        guard let start = string.firstRange(of: "://") else { return "…" }
        let name = string[..<start.lowerBound]
        guard name.allSatisfy({ $0.isASCII && ($0.isLetter || "+-".contains($0)) }) else { return "…" }
        return name + "://" + (Self.shown(string[start.upperBound...]) ?? "…")
    }

    /// The same text as ``description``.
    public var debugDescription: String { description }

    /// A mirror that shows the same text as ``description``.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }

    /// Returns the part of a URL after the scheme that is safe to show; `nil` if this is uncertain.
    private static func shown(_ address: Substring) -> String? {
        let authority = address.prefix { !"/?#".contains($0) }
        let rest = address[authority.endIndex...]
        let login = authority.lastIndex(of: "@").map { authority[..<$0] }
        // A password with an unescaped delimiter ends in the wrong part, and one with an @ starts the host too early.
        guard !rest.contains("@"), !rest.contains("#"), login?.contains("@") != true else { return nil }
        let servers = login.map { authority[authority.index(after: $0.endIndex)...] } ?? authority
        guard servers.split(separator: ",", omittingEmptySubsequences: false).allSatisfy(isServer) else { return nil }
        var text = ""
        if let login {
            let user = login.prefix { $0 != ":" }
            text = (isPlain(user) ? user : "…") + (user.endIndex < login.endIndex ? ":…@" : "@")
        }
        let path = rest.prefix { $0 != "?" }
        return text + servers + (isPlain(path.dropFirst()) ? path : "/…") + (path.endIndex < rest.endIndex ? "?…" : "")
    }

    /// Returns whether a part contains no delimiters, plain or percent-encoded.
    private static func isPlain(_ part: Substring) -> Bool {
        var rest = part
        while let character = rest.popFirst() {
            if character == "%" {
                guard let byte = UInt8(rest.prefix(2), radix: 16), isPlain(Character(UnicodeScalar(byte))) else {
                    return false
                }
                rest = rest.dropFirst(2)
            } else if !isPlain(character) {
                return false
            }
        }
        return true
    }

    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-._~".contains(character))
    }

    /// Returns whether a text is a host, a bracketed IPv6 address or the encoded path of a socket, with or without a
    /// port.
    private static func isServer(_ server: Substring) -> Bool {
        if server.first == "[", let end = server.lastIndex(of: "]") {
            let address = server[server.index(after: server.startIndex)..<end]
            guard address.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return false }
            return isPort(server[server.index(after: end)...])
        }
        let host = server.prefix { $0 != ":" }
        return isPlain(Substring(host.replacing("%2F", with: ""))) && isPort(server[host.endIndex...])
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard text.first == ":" else { return text.isEmpty }
        let digits = text.dropFirst()
        return digits.allSatisfy { $0.isASCII && $0.isNumber } && (digits.isEmpty || UInt16(digits) != nil)
    }
}

extension String {
    /// This text with all bytes percent-encoded except ASCII letters, digits and `-._~`.
    fileprivate var percentEncoded: String {
        var bytes: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                let digits = Array("0123456789ABCDEF".utf8)
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Distinguishes database connections, which may contain a password, from paths.
///
/// In doubt a text is a connection: a path can be written differently (`./…`, `directory:…`), but a password that was
/// printed, or became the name of a directory, cannot be taken back.
package enum ConnectionText {
    /// Keywords of libpq and other clients that, when `=` follows, make a text a connection.
    private static let keywords: Set<String> = [
        "application_name", "client_encoding", "connect_timeout", "database", "db", "dbname", "host", "hostaddr", "key",
        "options", "pass", "passfile", "passphrase", "passwd", "password", "port", "pwd", "secret", "server", "service",
        "sslcert", "sslkey", "sslmode", "sslpassword", "sslrootcert", "target_session_attrs", "token", "uid", "user",
        "username",
    ]

    /// Schemes that denote a server even without `//`.
    private static let schemes = ["postgresql:", "postgres:", "pgsql:", "psql:", "jdbc:"]

    /// Returns whether a text in the position of a path is, or was meant as, a connection.
    package static func isLikely(_ text: String) -> Bool {
        if hasPartsOfConnection(text) { return true }
        guard !isExplicitPath(text) else { return false }
        // A misspelled keyword.
        let beginning = text.drop { $0.isWhitespace || $0 == "\"" || $0 == "'" }
        let word = beginning.prefix(while: isWordCharacter)
        return !word.isEmpty && beginning[word.endIndex...].first { !$0.isWhitespace } == "="
    }

    /// Returns whether a text contains a URL, `user:password@`, or a known keyword with a value.
    package static func hasPartsOfConnection(_ text: String) -> Bool {
        if hasAssignment(text) { return true }
        guard !isExplicitPath(text) else { return false }
        let lowercased = text.lowercased()
        if text.contains("://") || schemes.contains(where: lowercased.hasPrefix) { return true }
        // The password in between may contain any character, including a slash.
        return text.firstIndex(of: ":").map { text[$0...].contains("@") } ?? false
    }

    /// Returns whether a text begins like a path; two slashes may be the rest of a URL.
    private static func isExplicitPath(_ text: String) -> Bool {
        (text.hasPrefix("/") && !text.hasPrefix("//")) || text.hasPrefix("./") || text.hasPrefix("../")
    }

    /// Returns whether a text assigns a value to a known keyword, or to any word in the query of a URL.
    private static func hasAssignment(_ text: String) -> Bool {
        text.indices.contains { index in
            guard text[index] == "=" else { return false }
            var before = text[..<index]
            while before.last?.isWhitespace == true { before.removeLast() }
            let word = before.reversed().prefix(while: isWordCharacter).reversed()
            guard !word.isEmpty else { return false }
            let mark = before.dropLast(word.count).last
            if let mark, "?&;".contains(mark) { return true }
            let isWhole = mark.map { $0.isWhitespace || ",\"'".contains($0) } ?? true
            let keyword = String(word).lowercased()
            // The password keyword matters most, so misspellings count too.
            return isWhole && (keywords.contains(keyword) || keyword.hasPrefix("pas"))
        }
    }

    private static func isWordCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }
}
