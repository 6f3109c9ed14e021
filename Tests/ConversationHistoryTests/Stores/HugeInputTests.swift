import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory

@Suite("A file that is larger than anyone would read", .serialized, .startsProcesses, .hangGuard)
struct HugeInputTests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    /// The first line of a sound history.
    static var header: [UInt8] { BadInputTests.sound().prefix { $0 != UInt8(ascii: "\n") } + [UInt8(ascii: "\n")] }

    /// How a file begins that goes on for a gibibyte.
    enum Kind: String, CaseIterable, Codable {
        case zerosInALine, recordWithoutEnd, entriesAndZeros, document, text, zeros

        static let size = 1 << 30

        /// What the zeros follow.
        var start: [UInt8] {
            switch self {
            case .zerosInALine: HugeInputTests.header
            case .recordWithoutEnd:
                HugeInputTests.header + Array(#"{"id":"e","message":{"role":"user","content":"#.utf8)
            case .entriesAndZeros: BadInputTests.sound()
            case .document: Array(#"{"messages":["#.utf8)
            case .text: Array("Dear diary,\n".utf8)
            case .zeros: []
            }
        }

        /// Whether it has to be looked at as a whole to tell what it is.
        var isHistory: Bool { self != .text && self != .zeros }

        /// Where the line begins that has no end; for a document there is no line.
        var offset: Int? {
            switch self {
            case .zerosInALine, .recordWithoutEnd: HugeInputTests.header.count
            case .entriesAndZeros: start.count
            case .document, .text, .zeros: nil
            }
        }

        func put(in directory: TemporaryDirectory) {
            directory.write("chat.json", start)
            directory.setSize("chat.json", to: Self.size)
        }
    }

    @Test("It is refused by its place, and takes little memory", arguments: Kind.allCases)
    func memory(kind: Kind) async throws {
        let file = HistoryFile()
        kind.put(in: file.directory)
        let directory = file.directory.path
        await #expect(processExitsWith: .success) { [directory = directory as String, kind = kind as Kind] in
            let limits = HistoryLimits(entryBytes: 8 << 20, documentBytes: 8 << 20)
            let store = JSONFileHistoryStore(path: directory + "/chat.json", limits: limits)
            // All that a first use of a store loads stays out of the count.
            let small = JSONFileHistoryStore(path: directory + "/small.json", limits: limits)
            try await small.save(Snapshot(title: "small"))
            _ = try await small.load()
            let before = OwnProcess.peakMemory
            let error = await failure { () throws(HistoryStoreError) in _ = try await store.load() }
            let growth = OwnProcess.peakMemory - before
            #expect(growth < 20 << 20)
            #expect(error?.code == (kind.isHistory ? .tooLarge : .notAHistory))
            #expect(error?.location == directory + "/chat.json")
            if let offset = kind.offset { #expect(error?.offset == offset) }
            #expect(error?.offset != nil)
        }
        #expect(file.directory.size(file.name) == Kind.size)
    }

    @Test("Without any limit, what is longer than the first look is read")
    func noLimits() async throws {
        let limits = HistoryLimits(entryBytes: .max, documentBytes: .max)
        for style in [SnapshotStyle.lines, .pretty] {
            let file = HistoryFile()
            var snapshot = Snapshot(id: "c")
            for _ in 0..<2 { try snapshot.append(.user(String(repeating: "x", count: 3 << 20)), date: nil) }
            try await file.store(style: style, limits: limits).save(snapshot)
            #expect(try await file.store(limits: limits).load() == snapshot)
        }
    }

    @Test("The limits that are set by default refuse it too")
    func defaultLimits() async throws {
        let file = HistoryFile()
        let kind = Kind.recordWithoutEnd
        kind.put(in: file.directory)
        let directory = file.directory.path
        // In a process of its own, which gives the memory back.
        await #expect(processExitsWith: .success) { [directory = directory as String, kind = kind as Kind] in
            let store = JSONFileHistoryStore(path: directory + "/chat.json")
            let error = await failure { () throws(HistoryStoreError) in _ = try await store.load() }
            #expect(error?.code == .tooLarge)
            #expect(error?.offset == kind.offset)
            #expect(error?.location == directory + "/chat.json")
            let saving = await failure { () throws(HistoryStoreError) in try await store.save(Snapshot(title: "new")) }
            #expect(saving?.code == .tooLarge)
            #expect(OwnProcess.peakMemory < 2 * HistoryLimits().entryBytes + 64 << 20)
        }
        #expect(file.directory.size(file.name) == Kind.size)
    }

    @Test("What is no history is refused after its first mebibyte", arguments: [Kind.text, .zeros])
    func firstLook(kind: Kind) async throws {
        let file = HistoryFile()
        kind.put(in: file.directory)
        let calls = FaultySystemCalls()
        let store = file.store(calls: calls)
        let error = await failure { () throws(HistoryStoreError) in _ = try await store.load() }
        #expect(error?.code == .notAHistory)
        #expect(calls.calls.filter { $0.name == "pread" }.map(\.bytes).reduce(0, +) <= 1 << 20)
    }

    @Test(
        "Blanks and line feeds without end are refused, and take little memory",
        arguments: [" ", "\n", "\r\n"]
    )
    func blanks(blank: String) async throws {
        await #expect(processExitsWith: .success) { [blank = blank as String] in
            let pattern = [UInt8](Array(repeating: Array(blank.utf8), count: 1 << 16).joined())
            let count = 10 << 20
            for start in [HugeInputTests.header, []] {
                let limits = HistoryLimits(entryBytes: 1 << 20, documentBytes: 1 << 20)
                let reader = HistoryReader<ChatMessage>(limits: limits)
                let before = OwnProcess.peakMemory
                let error = #expect(throws: HistoryReadFailure.self) {
                    try reader.read { (buffer: UnsafeMutableRawBufferPointer, offset: Int) throws(FileFailure) -> Int in
                        let filled = min(buffer.count, max(0, count - offset))
                        var place = 0
                        while place < filled {
                            let source = offset + place
                            let part: ArraySlice<UInt8> =
                                source < start.count
                                ? start[source...] : pattern[((source - start.count) % pattern.count)...]
                            let step = min(part.count, filled - place)
                            buffer[place..<place + step].copyBytes(from: part.prefix(step))
                            place += step
                        }
                        return filled
                    }
                }
                #expect(OwnProcess.peakMemory - before < 6 << 20)
                guard case .decoding(let found) = error else { throw HistoryReadFailure.decoding(.newerVersion(0)) }
                // Lines that end one after the other are never too large, but there is no footer behind them.
                let hasLines = !start.isEmpty && blank != " "
                #expect(found.code == (hasLines ? .damaged : .tooLarge))
                #expect(found.offset == (hasLines ? count : start.isEmpty ? found.offset : start.count))
            }
        }
    }
}
