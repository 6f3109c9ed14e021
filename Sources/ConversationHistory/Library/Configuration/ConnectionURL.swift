/// The address of a database, which may hold a password.
///
/// The address is kept as it is written. What describes it, in an error or a log, never shows the password.
public struct ConnectionURL: Hashable, Sendable {
    /// The whole address, with the password: it is for the database's client and nobody else.
    public let string: String

    /// Creates an address from its text, which is not looked at.
    public init(_ string: String) { self.string = string }

    /// Creates the address of a PostgreSQL database from its parts, which may hold any characters.
    ///
    /// - Parameters:
    ///   - host: The host's name or address, or the absolute path of the directory of a socket.
    ///   - port: The port.
    ///   - database: The database's name.
    ///   - user: The user's name.
    ///   - password: The password; `nil` if there is none, or if the client is to find it elsewhere.
    public init(host: String, port: Int, database: String, user: String, password: String? = nil) {
        let isNumericAddress = host.contains(":") && host.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        let server = isNumericAddress ? "[\(host)]" : host.percentEncoded
        let secret = password.map { ":" + $0.percentEncoded } ?? ""
        string = "postgresql://\(user.percentEncoded)\(secret)@\(server):\(port)/\(database.percentEncoded)"
    }
}

extension ConnectionURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The address with the user, the servers and the database, and nothing else.
    ///
    /// Parameters are left out, as there are some that are passwords. Of an address in which it is not certain where
    /// the password stands, only the scheme is there.
    public var description: String {
        guard let start = string.firstRange(of: "://")?.upperBound else { return "…" }
        let scheme = string[..<start]
        let hidden = scheme + "…"
        let parts = string[start...].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let sign = parts[0].lastIndex(of: "@")
        // A password with a question mark in it would be taken for something else.
        if parts.count > 1, parts[1].contains("@") { return String(hidden) }
        let servers = sign.map { parts[0][parts[0].index(after: $0)...] } ?? parts[0]
        guard Self.isPlain(servers.prefix { $0 != "/" }) else { return String(hidden) }
        let user = sign.map { parts[0][..<$0].prefix { $0 != ":" } }
        let hasPassword = sign.map { parts[0][..<$0].contains(":") } ?? false
        let login = user.map { $0 + (hasPassword ? ":…@" : "@") } ?? ""
        return scheme + login + servers + (parts.count > 1 ? "?…" : "")
    }

    /// The same text as ``description``.
    public var debugDescription: String { description }

    /// A mirror that shows the same text as ``description``.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }

    /// Whether a list of servers is one, with nothing but numbers for ports.
    private static func isPlain(_ servers: Substring) -> Bool {
        servers.split(separator: ",").allSatisfy { server in
            if server.first == "[", let end = server.lastIndex(of: "]") {
                return isPort(server[server.index(after: end)...])
            }
            return isPort(server[(server.firstIndex(of: ":") ?? server.endIndex)...])
        }
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || (text.first == ":" && text.dropFirst().allSatisfy { $0.isASCII && $0.isNumber })
    }
}

extension String {
    /// This text with everything but letters, digits and `-._~` of ASCII percent-encoded.
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
