import TestSupport
import Testing

#if !PostgreSQL
@Suite("The package trait PostgreSQL")
struct TraitTests {
    @Test(
        "Everything about PostgreSQL",
        .disabled("The trait is off, so none of it was tested: swift test --traits PostgreSQL")
    )
    func isOff() {}
}
#else
@Suite("The server for the tests of PostgreSQL")
struct TraitTests {
    @Test(
        "Everything about PostgreSQL",
        .enabled(
            if: PostgresServer.isAvailable,
            "There is no server, so none of it was tested: install PostgreSQL, or name one by \(PostgresServer.urlVariable)"
        )
    )
    func isThere() throws { _ = try PostgresServer.sharedURL() }
}
#endif
