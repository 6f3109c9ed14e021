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

    @Test(
        "What needs servers of its own: standbys, failovers, roles, publications",
        .enabled(if: PostgresServer.canStart, "No server can be started, so it was not tested: install PostgreSQL")
    )
    func canStart() {}

    @Test(
        "What goes by a pooler",
        .enabled(if: PgBouncer.isAvailable, "There is no pooler, so it was not tested: install pgbouncer")
    )
    func hasPooler() {}
}
#endif
