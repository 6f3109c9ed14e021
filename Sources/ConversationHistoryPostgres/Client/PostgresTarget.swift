#if PostgreSQL
import CConversationHistoryPostgres

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
        secrets = ["password", "sslpassword", "oauth_client_secret"].compactMap { given[$0] }.filter { !$0.isEmpty }
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
        if connection.isEmpty { return [:] }
        guard !connection.utf8.contains(0) else { return nil }
        let isURL = connection.hasPrefix("postgres://") || connection.hasPrefix("postgresql://")
        guard isURL || connection.contains("=") else {
            // An address of another kind would be taken for the name of a database, and be shown with its password.
            return connection.contains("://") ? nil : ["dbname": connection]
        }
        // What libpq says of an error may hold the password, so it is not looked at.
        var message: UnsafeMutablePointer<CChar>?
        let options = PQconninfoParse(connection, &message)
        PQfreemem(message)
        return options.map(values)
    }

    private static func location(_ given: [String: String]) -> String {
        let defaults = PQconndefaults().map(values) ?? [:]
        func value(_ keyword: String) -> String? { given[keyword] ?? defaults[keyword] }
        let host = value("host") ?? value("hostaddr") ?? "localhost"
        let port = value("port").map { ":" + $0 } ?? ""
        let database = value("dbname") ?? ""
        // Whatever it is, it is no name of a database, and may hold a password.
        let isName = !database.contains("://") && !database.contains("password=")
        return "\(host)\(port)/\(isName ? database : "…")"
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
