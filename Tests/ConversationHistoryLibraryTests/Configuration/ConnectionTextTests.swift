import ConversationHistory
import ConversationHistoryLibrary
import Testing

@Suite struct ConnectionTextTests {
    @Test(arguments: [
        "postgresql://ada:secret/word@h/d", "POSTGRES://ada:secret@h", " postgresql://h", "\"postgresql://h\"", "://x",
        "postgresql:ada:secret@h", "Postgres:x", "jdbc:postgresql:d", "mysql://h", "postgresql//ada:secret@h/d",
        "//ada:secret@h/d", "ada:secret@h/d", "ada:sec/ret@h/d", "host=h", "host = h", "HOST=h dbname=d", "user=ada",
        "dbname='d' password=secret", "'password=secret'", "pasword=secret", "hots=h", "x y password =secret",
        "h/d?sslkey=x", "a.db?mode=ro&key=secret", "/a.db?cipher=x", "./a password=secret", "a,host=b",
    ])
    func isAConnection(_ text: String) { #expect(ConnectionText.isLikely(text)) }

    @Test(arguments: [
        "conversations", "./a b/日本", "/a://b", "./postgresql://h", "../ada:x@h", "/var/db/user=ada", "./host=h",
        "/data/date=2025-03-01/lib", "data/date=2025-03-01", "C:a", "Sqlite:a", "a@b", "ada@h/d", "compass", "=a", "",
        "a b c", "user", "key/value", "日本=x", "/a:b@c",
    ])
    func isAPath(_ text: String) { #expect(!ConnectionText.isLikely(text)) }

    /// A name that has a meaning of its own may hold a sign.
    @Test(arguments: [("his=tory", false), ("a=b c", false), ("d password=x", true), ("d pasword=x", true)])
    func partsAreLookedForInNames(_ name: String, _ isConnection: Bool) {
        #expect(ConnectionText.hasPartsOfConnection(name) == isConnection)
    }
}
