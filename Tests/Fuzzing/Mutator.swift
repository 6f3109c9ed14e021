import TestSupport

/// Makes inputs by changing others, the same for the same seed.
struct Mutator {
    /// Pieces that mean something to a reader of histories.
    private static let pieces = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\n", "\r\n", " ", "\\u0000", "\\ud800", "\\udc00", "\\ud83d\\ude00",
        "null", "true", "-0", "1e400", "9007199254740993", "18446744073709551616", "0.1e-5", "\u{0}", "\u{FEFF}",
        "\"id\":", "\"id\":\"1\"", "\"date\":\"2026-02-30T25:00:00Z\"", "\"date\":1e300", "\"message\":{",
        "\"turn\":{", "{\"turn\":{\"id\":\"t\",\"entries\":[0,1]}}", "\"rewound\":{", "\"entries\":[5,2]",
        "{\"taken\":{\"id\":\"1\"}}", "\"taken\":", "{\"rewound\":{\"position\":0,\"count\":1,\"turns\":[]}}",
        "\"entries\":[-1,9223372036854775807]", "\"type\":\"text\",", "\"type\":\"tool_result\",", "\"content\":[",
        "\"content\":\"", "\"summary\":{\"through\":\"1\",", "\"action\":{\"name\":\"\"}", "\"pinned\":true",
        "\"version\":1",
        "\"version\":3", "\"format\":\"conversation-history\"", "\"count\":-1", "],\"state\":{",
        "\"checksum\":\"00000000\"}}\n",
    ].map { Array($0.utf8) }
    private static let mostKept = 400

    private var random: SeededGenerator
    private var inputs: [[UInt8]]
    private let seedCount: Int

    init(seed: UInt64, seeds: [[UInt8]]) {
        random = SeededGenerator(seed: seed)
        inputs = seeds
        seedCount = seeds.count
    }

    /// Takes an input among those that are changed further.
    mutating func keep(_ input: [UInt8]) {
        if inputs.count < Self.mostKept {
            inputs.append(input)
        } else {
            inputs[number(inputs.count - seedCount) + seedCount] = input
        }
    }

    /// Returns the next input.
    mutating func next() -> [UInt8] {
        // Half of the time from a seed: what was kept has been changed already.
        var bytes = inputs[number(number(2) == 0 ? seedCount : inputs.count)]
        for _ in 0...number(4) { change(&bytes) }
        // A wrong checksum hides all that stands before it from the reader, so it is mostly put right.
        if number(8) > 0 { Self.mendChecksums(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else {
            bytes = Self.pieces[number(Self.pieces.count)]
            return
        }
        let place = number(bytes.count)
        let end = min(bytes.count, place + 1 + number(number(2) == 0 ? 8 : 400))
        switch number(9) {
        case 0: bytes[place] ^= 1 << UInt8(number(8))
        case 1: bytes[place] = UInt8(number(256))
        case 2: bytes.removeSubrange(place..<end)
        case 3: bytes.insert(contentsOf: bytes[place..<end], at: number(bytes.count))
        case 4: bytes.insert(contentsOf: Self.pieces[number(Self.pieces.count)], at: place)
        case 5: bytes.replaceSubrange(place..<end, with: Self.pieces[number(Self.pieces.count)])
        case 6: bytes.removeSubrange((number(20) == 0 ? place : max(place, bytes.count - 300))...)
        case 7:
            // Part of another input in the place of a part of this one.
            let other = inputs[number(inputs.count)]
            guard !other.isEmpty else { return }
            let start = number(other.count)
            bytes.replaceSubrange(place..<end, with: other[start..<min(other.count, start + 1 + number(600))])
        default:
            let count = 1 + number(700)
            let opening = Self.pieces[number(2) == 0 ? 0 : 2]
            bytes.insert(contentsOf: (0..<count).flatMap { _ in opening }, at: place)
        }
        if bytes.count > 200_000 { bytes.removeSubrange(200_000...) }
    }

    private mutating func number(_ bound: Int) -> Int { Int.random(in: 0..<max(1, bound), using: &random) }

    /// Gives each footer the checksum and the count that fit the lines before it.
    private static func mendChecksums(_ bytes: inout [UInt8]) {
        guard bytes.starts(with: Array("{\"format\":\"conversation-history\"".utf8)) else { return }
        var covered = Checksum()
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var isFirst = true
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            var line = Array(line)
            if isFirst {
                covered.add(line)
                isFirst = false
            } else if line.first == UInt8(ascii: "{") {
                covered.add(line.last == UInt8(ascii: ",") ? line.dropLast() : line[...])
            } else if line.first == UInt8(ascii: "]"), line.count > 11 {
                var footer = covered
                footer.add([UInt8(ascii: "\n")])
                footer.add(line.dropLast(11))
                line.replaceSubrange(line.count - 11..<line.count - 3, with: footer.digits)
            }
            result += line
            if index < lines.count - 1 { result.append(UInt8(ascii: "\n")) }
        }
        bytes = result
    }
}

/// The checksum of zlib, byte by byte.
private struct Checksum {
    private var state: UInt32 = .max

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            state ^= UInt32(byte)
            for _ in 0..<8 { state = state & 1 == 1 ? state >> 1 ^ 0xEDB8_8320 : state >> 1 }
        }
    }

    var digits: [UInt8] {
        let text = String(~state, radix: 16)
        return Array((String(repeating: "0", count: 8 - text.count) + text).utf8)
    }
}
