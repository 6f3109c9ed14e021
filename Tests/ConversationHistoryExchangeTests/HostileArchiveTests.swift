import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryExchange
@testable import ConversationHistoryLibrary

@Suite struct HostileArchiveTests {
    typealias Library = ExchangeSample.Library

    /// Imports into an empty library, which must stay empty.
    private func refusal(_ archive: [UInt8], limits: ImportLimits = ImportLimits()) async throws -> ArchiveError? {
        let library = Library()
        let error = await #expect(throws: ArchiveError.self) {
            try await LibraryImporter(library, limits: limits).importing(archive)
        }
        #expect(try await library.statistics() == LibraryStatistics())
        #expect(error?.report == ImportReport())
        return error
    }

    /// The small archive with one line changed, and the checksum that it must then have.
    private func changed(_ number: Int, _ old: String, _ new: String) async throws -> [UInt8] {
        var lines = try await ExchangeSample.lines(ExchangeSample.small())
        let line = lines[number - 1]
        lines[number - 1] = line.replacing(old, with: new)
        try #require(lines[number - 1] != line)
        return ExchangeSample.sealed(lines)
    }

    @Test func theUnchangedArchiveIsSealed() async throws {
        let small = try await ExchangeSample.small()
        #expect(ExchangeSample.sealed(ExchangeSample.lines(small)) == small)
    }

    @Test func aCutAtEveryByteIsNoticed() async throws {
        let archive = try await ExchangeSample.small()
        let endOfConversation = archive.dropLast().lastIndex(of: 0x0A) ?? 0
        for count in 0..<archive.count - 1 {
            let library = Library()
            let error = await #expect(throws: ArchiveError.self) {
                try await LibraryImporter(library).importing(archive[..<count])
            }
            let isWhole = count >= endOfConversation
            #expect(error?.report.imported.count == (isWhole ? 1 : 0), "cut at \(count)")
            #expect(try await library.statistics().conversationCount == (isWhole ? 1 : 0), "cut at \(count)")
            #expect(try await library.statistics().artifactCount == (isWhole ? 1 : 0), "cut at \(count)")
            let inHeader = count < (archive.firstIndex(of: 0x0A) ?? 0)
            #expect(inHeader || error?.code == .cut, "cut at \(count)")
        }
        // Of the last line feed nothing depends.
        try await LibraryImporter(Library()).importing(archive.dropLast())
    }

    @Test func everyChangedByteIsNoticedOrWithoutMeaning() async throws {
        let archive = try await ExchangeSample.small()
        let bodyStart = (archive.firstIndex(of: 0x0A) ?? 0) + 1
        let bodyEnd = archive.dropLast().lastIndex(of: 0x0A) ?? 0
        for place in bodyStart..<bodyEnd {
            var bytes = archive
            bytes[place] ^= 1
            let library = Library()
            await #expect(throws: ArchiveError.self, "byte \(place)") {
                try await LibraryImporter(library).importing(bytes)
            }
            #expect(try await library.statistics() == LibraryStatistics(), "byte \(place)")
        }
    }

    @Test func whatIsMadeUpAndSealedIsRefusedOrStaysTheSame() async throws {
        let lines = try await ExchangeSample.lines(ExchangeSample.small())
        let alphabet = Array("{}[]\",:\\019-e.utfnald".utf8)
        var generator = SeededGenerator(seed: 11)
        var importCount = 0
        for _ in 0..<600 {
            var lines = lines
            for _ in 0..<Int.random(in: 1...2, using: &generator) {
                let number = Int.random(in: 1..<6, using: &generator)
                var bytes = Array(lines[number].utf8)
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = alphabet.randomElement(using: &generator) ?? 0
                case 1: bytes.remove(at: place)
                default: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: place)
                }
                lines[number] = String(decoding: bytes, as: UTF8.self)
            }
            let library = Library()
            do {
                try await LibraryImporter(library).importing(ExchangeSample.sealed(lines))
            } catch is ArchiveError {
                #expect(try await library.statistics() == LibraryStatistics())
                continue
            }
            importCount += 1
            let archive = try await LibraryExporter(library).exported()
            let copy = Library()
            try await LibraryImporter(copy).importing(archive)
            #expect(try await LibraryExporter(copy).exported() == archive)
        }
        #expect(importCount > 50 && importCount < 550)
    }

    @Test(arguments: [
        ("\"version\":1", "\"version\":2,\"how\":[[", ArchiveError.Code.newerVersion),
        ("\"version\":1", "\"version\":1e400", .newerVersion),
        ("\"version\":1", "\"version\":0", .notAnArchive),
        ("\"version\":1", "\"version\":\"1\"", .notAnArchive),
        ("conversation-archive", "conversation-history", .notAnArchive),
        ("\"chat\"", "\"other\"", .wrongMessageType),
    ])
    func headers(old: String, new: String, code: ArchiveError.Code) async throws {
        let error = try await refusal(changed(1, old, new))
        #expect(error?.code == code)
        #expect(error?.line == 1)
        if code == .wrongMessageType { #expect(error?.reason.contains("\"other\"") == true) }
    }

    @Test(arguments: ["", "\n", "hello", "[1]", "{}", "{\"messages\":[]}"])
    func somethingElse(text: String) async throws {
        #expect(try await refusal(Array(text.utf8))?.code == .notAnArchive)
    }

    @Test func aNewerVersionIsToldBeforeItsBodyIsRead() async throws {
        let text = #"{"format":"conversation-archive","version":9,"messages":7}"# + "\nwhatever\n"
        let error = try await refusal(Array(text.utf8))
        #expect(error?.code == .newerVersion)
        #expect(error?.reason.contains("9") == true)
    }

    @Test(arguments: [
        (2, "\"artifacts\":1", "\"artifacts\":-1", ArchiveError.Code.damaged),
        (2, "\"artifacts\":1", "\"artifacts\":2", .damaged),
        (2, "\"count\":2", "\"count\":3", .damaged),
        (2, "\"count\":2", "\"count\":1", .damaged),
        (2, "\"count\":2", "\"count\":-1", .damaged),
        (2, "\"count\":2", "\"count\":9223372036854775807", .damaged),
        (2, "\"state\"", "\"stage\"", .damaged),
        (3, "\"id\":", "\"ID\":", .damaged),
        (3, "{\"id\"", "{\"taken\":{\"id\"", .damaged),
        (5, "\"f\"", "\"\"", .invalidName),
        (5, "\"f\"", "\"\\u0000\"", .invalidName),
        (5, "\"version\":1", "\"version\":2", .damaged),
        (5, "\"bytes\":3", "\"bytes\":-3", .damaged),
        (5, "\"bytes\":3", "\"bytes\":2", .damaged),
        (5, "\"bytes\":3", "\"bytes\":4", .damaged),
        (5, "\"bytes\":3", "\"bytes\":9223372036854775807", .tooLarge),
        (5, "\"bytes\":3", "\"bytes\":268435457", .tooLarge),
        (6, "AQID", "AQ*D", .damaged),
        (6, "AQID", "", .damaged),
    ])
    func lines(number: Int, old: String, new: String, code: ArchiveError.Code) async throws {
        let error = try await refusal(changed(number, old, new))
        #expect(error?.code == code)
        #expect((error?.line ?? 0) >= number)
        #expect((error?.offset ?? 0) > 0)
    }

    @Test func aNameThatIsNone() async throws {
        for name in ["", "a\\u0000b", String(repeating: "x", count: 256)] {
            var lines = try await ExchangeSample.lines(ExchangeSample.small())
            lines[1] = lines[1].replacing("\"conversation\":\"c\"", with: "\"conversation\":\"\(name)\"")
            lines[6] = lines[6].replacing("\"end\":\"c\"", with: "\"end\":\"\(name)\"")
            let error = try await refusal(ExchangeSample.sealed(lines))
            #expect(error?.code == .invalidName)
            #expect(error?.line == 2)
        }
    }

    @Test func aCountOfConversationsThatIsWrong() async throws {
        var lines = try await ExchangeSample.lines(ExchangeSample.small())
        let last = lines.count - 1
        for text in [#"{"conversations":2}"#, #"{"conversations":0}"#] {
            lines[last] = text
            let archive = ExchangeSample.sealed(lines)
            let error = await #expect(throws: ArchiveError.self) {
                try await LibraryImporter(Library()).importing(archive)
            }
            #expect(error?.code == .damaged)
            #expect(error?.report.imported.count == 1)
        }
    }

    @Test func whatFollowsTheEndIsRefused() async throws {
        let archive = try await ExchangeSample.small()
        let error = await #expect(throws: ArchiveError.self) {
            try await LibraryImporter(Library()).importing(archive + Array("{}\n".utf8))
        }
        #expect(error?.code == .damaged)
        #expect(error?.line == 9)
        try await LibraryImporter(Library()).importing(archive + Array("\r\n\n".utf8))
    }

    @Test func nestingThatIsTooDeepIsRefused() async throws {
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        for number in [1, 2, 3, 5, 6, 7] {
            var lines = try await ExchangeSample.lines(ExchangeSample.small())
            lines[number - 1] = lines[number - 1].dropLast() + ",\"deep\":" + deep + "}"
            let archive = number == 7 ? Array(lines.joined(separator: "\n").utf8) : ExchangeSample.sealed(lines)
            let error = try await refusal(archive)
            #expect(error?.code == .damaged)
            #expect(error?.line == number)
        }
    }

    @Test func linesAndConversationsThatAreTooLongAreRefused() async throws {
        let archive = try await ExchangeSample.small("c", String(repeating: "x", count: 5000))
        let long = try await refusal(archive, limits: ImportLimits(lineBytes: 4000))
        #expect(long?.code == .tooLarge)
        #expect(long?.line == 3)
        let whole = try await refusal(archive, limits: ImportLimits(conversationBytes: 7000))
        #expect(whole?.code == .tooLarge)
        #expect(whole?.line == 4)
        let endless = [UInt8](repeating: 0x20, count: 100_000)
        var calls = 0
        let error = await #expect(throws: ArchiveError.self) {
            try await LibraryImporter(Library(), limits: ImportLimits(lineBytes: 250_000)).importing(from: {
                calls += 1
                return endless
            })
        }
        #expect(error?.code == .tooLarge)
        #expect(calls == 3)
    }

    @Test func conversationsBeforeTheDamageAreKeptAndTold() async throws {
        let library = try await ExchangeSample.library()
        var lines = try await ExchangeSample.lines(ExchangeSample.exporter(library).exported())
        let place = try #require(lines.firstIndex { $0.hasPrefix(#"{"conversation":"odd""#) })
        lines[place + 1] += " "
        let archive = Array((lines.joined(separator: "\n") + "\n").utf8)
        let copy = Library()
        let error = await #expect(throws: ArchiveError.self) { try await LibraryImporter(copy).importing(archive) }
        #expect(error?.code == .damaged)
        #expect(error?.report.imported.map(\.id) == ["../../etc/passwd", "empty"])
        #expect(try await copy.statistics().conversationCount == 2)
    }
}
