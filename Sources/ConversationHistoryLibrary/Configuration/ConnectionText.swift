import ConversationHistory

/// Tells the connection of a database, which may hold a password, from a path.
///
/// In doubt a text is a connection: a path can be written in another way (`./…`, `directory:…`), but a password that
/// was printed, or became the name of a directory, cannot be taken back.
package enum ConnectionText {
    /// Keywords of libpq and of other clients that make a text a connection where `=` follows.
    private static let keywords: Set<String> = [
        "application_name", "client_encoding", "connect_timeout", "database", "db", "dbname", "host", "hostaddr", "key",
        "options", "pass", "passfile", "passphrase", "passwd", "password", "port", "pwd", "secret", "server", "service",
        "sslcert", "sslkey", "sslmode", "sslpassword", "sslrootcert", "target_session_attrs", "token", "uid", "user",
        "username",
    ]

    /// Schemes that mean a server even where no `//` follows.
    private static let schemes = ["postgresql:", "postgres:", "pgsql:", "psql:", "jdbc:"]

    /// Whether a text that stands for a path is a connection, or was meant to be one.
    package static func isLikely(_ text: String) -> Bool {
        if hasPartsOfConnection(text) { return true }
        guard !isExplicitPath(text) else { return false }
        // A keyword that is misspelled.
        let beginning = text.drop { $0.isWhitespace || $0 == "\"" || $0 == "'" }
        let word = beginning.prefix(while: isWordCharacter)
        return !word.isEmpty && beginning[word.endIndex...].first { !$0.isWhitespace } == "="
    }

    /// Whether a text holds what only a connection holds: a URL, `user:password@`, a known keyword with its value.
    package static func hasPartsOfConnection(_ text: String) -> Bool {
        if hasAssignment(text) { return true }
        guard !isExplicitPath(text) else { return false }
        let lowercased = text.lowercased()
        if text.contains("://") || schemes.contains(where: lowercased.hasPrefix) { return true }
        // The password between them may hold anything, a slash too.
        return text.firstIndex(of: ":").map { text[$0...].contains("@") } ?? false
    }

    /// Whether a text begins as only a path does; two slashes may be the rest of a URL.
    private static func isExplicitPath(_ text: String) -> Bool {
        (text.hasPrefix("/") && !text.hasPrefix("//")) || text.hasPrefix("./") || text.hasPrefix("../")
    }

    /// Whether a keyword is given a value, or any word is in the query of a URL.
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
            // The one keyword that matters most, however it is spelled.
            return isWhole && (keywords.contains(keyword) || keyword.hasPrefix("pas"))
        }
    }

    private static func isWordCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }
}
