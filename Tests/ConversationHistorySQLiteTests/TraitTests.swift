import Testing

#if !SQLite
@Suite("The package trait SQLite")
struct TraitTests {
    @Test(
        "Everything about SQLite",
        .disabled("The trait is off, so none of it was tested: swift test --traits SQLite")
    )
    func isOff() {}
}
#endif
