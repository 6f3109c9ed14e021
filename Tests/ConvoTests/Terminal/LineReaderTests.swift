import Foundation
import Testing

@testable import convo

@Suite struct LineReaderTests {
    private func lines(_ input: [UInt8], pieces: Int) async throws -> [String] {
        let pipe = Pipe()
        let writer = pipe.fileHandleForWriting
        let reader = LineReader(descriptor: pipe.fileHandleForReading.fileDescriptor)
        let thread = Task.detached {
            var rest = input[...]
            while !rest.isEmpty {
                try writer.write(contentsOf: Data(rest.prefix(pieces)))
                rest = rest.dropFirst(pieces)
                await Task.yield()
            }
            try writer.close()
        }
        var lines: [String] = []
        while let line = await withCheckedContinuation({ continuation in
            reader.readLine { continuation.resume(returning: $0) }
        }) { lines.append(line) }
        try await thread.value
        // The reader is not asked again after the end, and would say the same.
        let end: String? = await withCheckedContinuation { continuation in
            reader.readLine { continuation.resume(returning: $0) }
        }
        #expect(end == nil)
        return lines
    }

    @Test(arguments: [1, 2, 3, 1000])
    func readsLinesHoweverTheyCome(_ pieces: Int) async throws {
        #expect(try await lines(Array("a\n\nGrüße 日本\r\nend".utf8), pieces: pieces) == ["a", "", "Grüße 日本", "end"])
        #expect(try await lines(Array("a\n".utf8), pieces: pieces) == ["a"])
        #expect(try await lines([], pieces: pieces) == [])
        #expect(try await lines([0x61, 0xFF, 0x0A], pieces: pieces) == ["a\u{FFFD}"])
    }
}
