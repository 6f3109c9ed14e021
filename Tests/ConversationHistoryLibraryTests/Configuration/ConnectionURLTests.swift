import ConversationHistory
import ConversationHistoryLibrary
import Testing

@Suite struct ConnectionURLTests {
    @Test(arguments: [
        ("postgresql://", "postgresql://"),
        ("postgresql:///d", "postgresql:///d"),
        ("postgres://host:5433/d", "postgres://host:5433/d"),
        ("postgresql://a,b:1,[::1]:2/d", "postgresql://a,b:1,[::1]:2/d"),
        ("postgresql://ada@host/d", "postgresql://ada@host/d"),
        ("postgresql://ada:hunter2@host/d", "postgresql://ada:…@host/d"),
        ("postgresql://:hunter2@host/d", "postgresql://:…@host/d"),
        ("postgresql://host/d?password=hunter2&sslmode=require", "postgresql://host/d?…"),
        ("postgresql://ada@%2Frun%2Fpg:5432/d", "postgresql://ada@%2Frun%2Fpg:5432/d"),
        ("postgresql://a%40b@host/a%20b", "postgresql://…@host/…"),
    ])
    func describesItselfWithoutThePassword(_ text: String, _ description: String) {
        let url = ConnectionURL(text)
        #expect(url.string == text)
        #expect(url.description == description)
        #expect(url.debugDescription == description)
    }

    /// Passwords that were not encoded as they should be, and stand where something else is expected.
    @Test(arguments: [
        "postgresql://ada:hun@ter2@host/d", "postgresql://ada:hun/ter2@host/d", "postgresql://ada:ter2?x@host/d",
        "postgresql://ada:hun/ter2?x@host/d", "postgresql://ada:ter2", "postgresql://ada:ter2/d",
        "postgresql://host/d?password=ter2@x", "postgresql://ada:x@host:ter2/d", "postgresql://ada:hun#ter2@host/d",
        "ter2", "", "host=h password=ter2 options=://", "ada:ter2://h", "postgresql://ada%3Ater2@h/d",
        "postgresql://h/d&password=ter2", "postgresql://h/d%20password%3Dter2",
        "postgresql://a@b:ter2@h/d", "postgresql://h%40ter2/d", "postgresql://[::1]ter2/d", "postgresql://h#ter2",
    ])
    func showsNoPasswordThatIsOutOfPlace(_ text: String) {
        #expect(!ConnectionURL(text).description.contains("ter2"))
    }

    @Test(arguments: [
        ("localhost", "fluxibly", "postgres", nil as String?, "postgresql://postgres@localhost:5432/fluxibly"),
        ("10.0.0.1", "d", "u", "p", "postgresql://u:p@10.0.0.1:5432/d"),
        ("::1", "d", "u", nil, "postgresql://u@[::1]:5432/d"),
        ("/run/pg", "d", "u", nil, "postgresql://u@%2Frun%2Fpg:5432/d"),
        ("h", "a/b?c", "u:@", "p@ss:/wörd%", "postgresql://u%3A%40:p%40ss%3A%2Fw%C3%B6rd%25@h:5432/a%2Fb%3Fc"),
    ])
    func isMadeOfParts(_ host: String, _ database: String, _ user: String, _ password: String?, _ text: String) {
        let url = ConnectionURL(host: host, port: 5432, database: database, user: user, password: password)
        #expect(url.string == text)
        if let password { #expect(!url.description.contains(":\(password)@")) }
    }
}
