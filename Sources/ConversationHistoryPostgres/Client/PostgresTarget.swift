#if PostgreSQL
import CConversationHistoryPostgres
import ConversationHistory
import ConversationHistoryLibrary

/// What libpq is told to connect to, and what may be said of it.
struct PostgresTarget: Sendable {
    /// Keywords and their values, in the order in which libpq is given them: the later one counts.
    let keywords: [(keyword: String, value: String)]

    /// Hosts, ports and database, without any secret.
    let location: String

    /// What must not be in any text.
    private let secrets: [String]

    init(_ connection: String) throws(PostgresFailure) {
        guard let given = Self.given(connection) else { throw .invalidConnection }
        location = Self.location(given)
        secrets = Self.secrets(given)
        var keywords: [(keyword: String, value: String)] = []
        // A server that is gone without a word is not waited for until the system gives up; whoever has said anything
        // about it by a service is left alone.
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

    /// Where a connection leads to, without any secret.
    static func location(of connection: String) -> String {
        given(connection).map(location) ?? "a PostgreSQL server"
    }

    /// A text of libpq's without what is secret, on one line.
    func redacted(_ text: String) -> String {
        var text = text.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.joined(
            separator: "; "
        )
        for secret in secrets { text = Self.replacing(secret, in: text) }
        return text
    }

    /// Replaces a text by bytes: where another character begins within its last one, it stands there all the same.
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

    /// The keywords that are given, without those that libpq adds; `nil` if the text is no connection string.
    private static func given(_ connection: String) -> [String: String]? {
        if connection.isEmpty { return isSound([:], isURL: false) ? [:] : nil }
        guard !connection.utf8.contains(0) else { return nil }
        let isURL = connection.hasPrefix("postgres://") || connection.hasPrefix("postgresql://")
        guard isURL || connection.contains("=") else {
            let given = ["dbname": connection]
            return isSound(given, isURL: false) ? given : nil
        }
        // What libpq says of an error may hold the password, so it is not looked at.
        var message: UnsafeMutablePointer<CChar>?
        let options = PQconninfoParse(connection, &message)
        PQfreemem(message)
        guard let given = options.map(values), isSound(given, isURL: isURL) else { return nil }
        return given
    }

    /// Whether each part is what it stands for.
    ///
    /// libpq takes `ada:secret/word@db` for a host with a port, and repeats parts that it cannot use in its messages.
    private static func isSound(_ given: [String: String], isURL: Bool) -> Bool {
        let all = (PQconndefaults().map(values) ?? [:]).merging(given) { $1 }
        func parts(_ keyword: String) -> [Substring] { all[keyword]?.split(separator: ",") ?? [] }
        guard parts("port").allSatisfy({ UInt16($0) != nil }), parts("host").allSatisfy({ isHost($0) }),
            parts("hostaddr").allSatisfy({ $0.allSatisfy { $0.isHexDigit || ":.%".contains($0) } })
        else { return false }
        if isURL, ["host", "dbname"].contains(where: { given[$0]?.contains("@") == true }) { return false }
        return ["dbname", "user"].allSatisfy { all[$0].map(ConnectionText.hasPartsOfConnection) != true }
    }

    /// Whether a text is a name, an address or, behind a slash or an @, a socket.
    private static func isHost(_ host: Substring) -> Bool {
        if host.first == "/" || host.first == "@" { return !ConnectionText.hasPartsOfConnection(String(host)) }
        let isAddress = host.allSatisfy { $0.isHexDigit || ":.%".contains($0) }
        return isAddress || !host.contains { $0.isWhitespace || ":/@=?&%".contains($0) }
    }

    /// Returns the values that no text may show: passwords, settings, and what has unusual characters in it.
    ///
    /// libpq repeats settings that it does not understand. Paths of files are shown, as they are needed to see what is
    /// wrong with them.
    private static func secrets(_ given: [String: String]) -> [String] {
        let names = ["host", "hostaddr", "port", "dbname", "user", "service"]
        let shown = names.compactMap { given[$0] }.filter(isPlain)
        let hidden = given.filter { keyword, value in
            switch keyword {
            case _ where names.contains(keyword): !isPlain(value)
            case "passfile", "sslcert", "sslcrl", "sslcrldir", "sslkey", "sslrootcert":
                ConnectionText.isLikely(value)
            case "password", "sslpassword", "oauth_client_secret": true
            // Too short for a secret, or in the text for another reason.
            default: value.utf8.count > 3 && !shown.contains { $0.contains(value) }
            }
        }
        // The longest first, as one may be a part of another.
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

    /// Whether nothing in a value separates the parts of a connection.
    private static func isPlain(_ value: String) -> Bool {
        value.first != "@" && !value.contains { $0.isWhitespace || "?&%\\\"'".contains($0) }
            && !ConnectionText.hasPartsOfConnection(value)
    }

    /// Takes over what libpq has found, and frees it.
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
