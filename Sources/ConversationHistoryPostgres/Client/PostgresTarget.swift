#if PostgreSQL
import CConversationHistoryPostgres
import ConversationHistory
import ConversationHistoryLibrary

/// The connection parameters for libpq, and the parts of them that texts may contain.
struct PostgresTarget: Sendable {
    /// Keywords and their values in libpq's order, where a later one overrides an earlier one.
    let keywords: [(keyword: String, value: String)]

    /// The hosts, ports and database, without any secret.
    let location: String

    /// The values that no text may contain.
    private let secrets: [String]

    init(_ connection: String) throws(PostgresFailure) {
        guard let given = Self.given(connection) else { throw .invalidConnection }
        location = Self.location(given)
        secrets = Self.secrets(given)
        var keywords: [(keyword: String, value: String)] = []
        // Without these limits, a lost connection is noticed only when the system gives up. A service may have its own
        // limits, so it keeps those.
        if given["service"] == nil, PostgresSystem.environment("PGSERVICE") == nil {
            keywords += [("tcp_user_timeout", "30000"), ("keepalives_idle", "30"), ("keepalives_interval", "10")]
            keywords.append(("keepalives_count", "3"))
            if PostgresSystem.environment("PGCONNECT_TIMEOUT") == nil { keywords.append(("connect_timeout", "10")) }
        }
        keywords.append(("fallback_application_name", "conversation-history"))
        keywords += given.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        keywords.append(("client_encoding", "UTF8"))
        self.keywords = keywords
    }

    /// Returns the location of a connection, without any secret.
    static func location(of connection: String) -> String {
        given(connection).map(location) ?? "a PostgreSQL server"
    }

    /// Returns a text from libpq on one line, without secrets.
    func redacted(_ text: String) -> String {
        var text = text.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.joined(
            separator: "; "
        )
        for secret in secrets { text = Self.replacing(secret, in: text) }
        return text
    }

    /// Replaces a secret by its bytes, which finds it even if a combining mark follows its last character.
    private static func replacing(_ secret: String, in text: String) -> String {
        let (secret, text) = (Array(secret.utf8), Array(text.utf8))
        var (result, position): ([UInt8], Int) = ([], 0)
        while position < text.count {
            if text[position...].starts(with: secret) {
                result += Array("…".utf8)
                position += secret.count
            } else {
                result.append(text[position])
                position += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Returns the given keywords, without libpq's defaults; `nil` if the connection string is invalid.
    private static func given(_ connection: String) -> [String: String]? {
        if connection.isEmpty { return isSound([:], isURL: false) ? [:] : nil }
        guard !connection.utf8.contains(0) else { return nil }
        let isURL = connection.hasPrefix("postgres://") || connection.hasPrefix("postgresql://")
        guard isURL || connection.contains("=") else {
            let given = ["dbname": connection]
            return isSound(given, isURL: false) ? given : nil
        }
        // libpq's error message may contain the password, so it is ignored.
        var message: UnsafeMutablePointer<CChar>?
        let options = PQconninfoParse(connection, &message)
        PQfreemem(message)
        guard let given = options.map(values), isSound(given, isURL: isURL) else { return nil }
        return given
    }

    /// Returns whether each part has the form of its keyword.
    ///
    /// libpq parses `ada:secret/word@db` as a host with a port, and its messages repeat invalid parts.
    private static func isSound(_ given: [String: String], isURL: Bool) -> Bool {
        let all = (PQconndefaults().map(values) ?? [:]).merging(given) { $1 }
        func parts(_ keyword: String) -> [Substring] { all[keyword]?.split(separator: ",") ?? [] }
        guard parts("port").allSatisfy({ UInt16($0) != nil }), parts("host").allSatisfy({ isHost($0) }),
            parts("hostaddr").allSatisfy({ $0.allSatisfy { $0.isHexDigit || ":.%".contains($0) } })
        else { return false }
        if isURL, ["host", "dbname"].contains(where: { given[$0]?.contains("@") == true }) { return false }
        return ["dbname", "user"].allSatisfy { all[$0].map(ConnectionText.hasPartsOfConnection) != true }
    }

    /// Returns whether a text is a host name, an address or, after a slash or an @, a socket.
    private static func isHost(_ host: Substring) -> Bool {
        if host.first == "/" || host.first == "@" { return !ConnectionText.hasPartsOfConnection(String(host)) }
        let isAddress = host.allSatisfy { $0.isHexDigit || ":.%".contains($0) }
        return isAddress || !host.contains { $0.isWhitespace || ":/@=?&%".contains($0) }
    }

    /// Returns the values that no text may show: passwords, settings, and values with unusual characters.
    ///
    /// libpq's messages repeat settings that it does not know. Paths of files are shown, because a user needs them to
    /// correct a mistake.
    private static func secrets(_ given: [String: String]) -> [String] {
        let names = ["host", "hostaddr", "port", "dbname", "user", "service"]
        let shown = names.compactMap { given[$0] }.filter(isPlain)
        let hidden = given.filter { keyword, value in
            switch keyword {
            case _ where names.contains(keyword): !isPlain(value)
            case "passfile", "sslcert", "sslcrl", "sslcrldir", "sslkey", "sslrootcert":
                ConnectionText.isLikely(value)
            case "password", "sslpassword", "oauth_client_secret": true
            // A value of up to 3 bytes is too short for a secret; a part of a shown value appears anyway.
            default: value.utf8.count > 3 && !shown.contains { $0.contains(value) }
            }
        }
        // The longest comes first, because it may contain another.
        return hidden.values.filter { !$0.isEmpty }.sorted { $0.utf8.count > $1.utf8.count }
    }

    private static func location(_ given: [String: String]) -> String {
        let defaults = PQconndefaults().map(values) ?? [:]
        func value(_ keyword: String) -> String? {
            (given[keyword] ?? defaults[keyword]).map { isPlain($0) ? $0 : "…" }
        }
        let host = value("host") ?? value("hostaddr") ?? "localhost"
        let port = value("port").map { ":" + $0 } ?? ""
        return "\(host)\(port)/\(value("dbname") ?? "")"
    }

    /// Returns whether a value has no character that separates parts of a connection string.
    private static func isPlain(_ value: String) -> Bool {
        value.first != "@" && !value.contains { $0.isWhitespace || "?&%\\\"'".contains($0) }
            && !ConnectionText.hasPartsOfConnection(value)
    }

    /// Copies libpq's options, and frees them.
    private static func values(_ options: UnsafeMutablePointer<PQconninfoOption>) -> [String: String] {
        defer { PQconninfoFree(options) }
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return values
    }
}
#endif
