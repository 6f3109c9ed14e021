import Testing

@testable import convo

@Suite struct CountTests {
    @Test func counts() {
        #expect(Count.of(0, "entry", "entries") == "0 entries")
        #expect(Count.of(1, "entry", "entries") == "1 entry")
        #expect(Count.of(2, "message") == "2 messages")
    }

    @Test(arguments: [
        (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (123_456, "123.5 kB"),
        (2_000_000, "2.0 MB"), (3_210_000_000, "3.2 GB"), (5_000_000_000_000_000, "5000.0 TB"),
    ])
    func bytes(_ count: Int, _ text: String) { #expect(Count.ofBytes(count) == text) }
}
