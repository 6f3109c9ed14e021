import TestSupport
import Testing

@testable import convo

@Suite struct EventStreamParserTests {
    private func events(_ text: String, pieces: (Int) -> Int = { $0 }) throws -> [String] {
        var parser = EventStreamParser()
        var events: [String] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = max(1, min(rest.count, pieces(rest.count)))
            events += try parser.take(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        if let last = parser.finish() { events.append(last) }
        return events
    }

    @Test(arguments: [
        ("data: a\n\ndata: b\n\n", ["a", "b"]),
        ("data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]),
        ("data: a\r\rdata: b\r\r", ["a", "b"]),
        ("data:a\n\n", ["a"]),
        ("data:  a \n\n", [" a "]),
        ("data: a\ndata: b\n\n", ["a\nb"]),
        ("data\n\n", [""]),
        (": comment\n\ndata: a\n\n", ["a"]),
        ("event: x\nid: 1\nretry: 5\ndata: a\n\n", ["a"]),
        ("\u{FEFF}data: a\n\n", ["a"]),
        ("database: no\n\n", []),
        ("\n\n\n", []),
        ("data: a\n", ["a"]),
        ("data: a", []),
        ("data: 日本 é 👩‍👩‍👧\n\n", ["日本 é 👩‍👩‍👧"]),
    ])
    func findsTheDataHoweverItIsCut(_ text: String, _ expected: [String]) throws {
        #expect(try events(text) == expected)
        #expect(try events(text, pieces: { _ in 1 }) == expected)
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<50 {
            #expect(try events(text, pieces: { Int.random(in: 1...$0, using: &generator) }) == expected)
        }
    }

    @Test func refusesALineWithoutEnd() throws {
        var parser = EventStreamParser(maximumLineLength: 100)
        let piece = [UInt8](repeating: 97, count: 100)
        #expect(try parser.take(piece) == [])
        #expect(throws: ServerError.notUnderstood) { try parser.take([97]) }
    }
}
