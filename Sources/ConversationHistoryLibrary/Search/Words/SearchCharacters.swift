import ConversationHistory

/// The properties of every scalar for search, in a table of the package's own.
///
/// The standard library's properties are unsuitable: they change with its version, but an index must be read the same
/// on every system. See `Fixtures/Unicode/search_characters.py` for the rules behind the data.
struct SearchCharacters: Sendable {
    /// The packed properties of a scalar: a kind and a combining class, or a fold.
    struct Entry: Equatable {
        fileprivate static let foldFlag: UInt16 = 0x8000

        let bits: UInt16

        fileprivate init(bits: UInt16) { self.bits = bits }

        init(_ kind: Kind, combiningClass: UInt8 = 0) { bits = UInt16(kind.rawValue) << 8 | UInt16(combiningClass) }

        /// Whether other scalars replace this one; a folded scalar has no kind.
        var isFolded: Bool { bits & Self.foldFlag != 0 }

        var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: bits >> 8)) ?? .separator }

        /// The canonical combining class of a mark.
        var combiningClass: UInt8 { UInt8(truncatingIfNeeded: bits) }
    }

    /// The kind of a scalar that is not folded.
    enum Kind: UInt8 {
        /// A scalar between words.
        case separator

        /// A letter or digit of a word.
        case word

        /// A character that is a word by itself, with the marks after it.
        case single

        /// A mark that belongs to its letter; accents are `ignored` instead.
        case mark

        /// A scalar that is skipped, also within a word.
        case ignored

        /// An emoji, which is a word by itself.
        case emoji

        /// One of the two letters of a flag.
        case flag

        /// A skin tone, skipped after an emoji.
        case skin
    }

    /// The table, unpacked at first use.
    static let shared = SearchCharacters()

    private static let blockBits: UInt32 = 7
    private static let blockSize = 1 << 7

    /// For each block of scalars, the index of its entries.
    private var blocks = [UInt16](repeating: 0, count: 0x110000 >> 7)
    private var entries = [UInt16](repeating: 0, count: 1 << 7)

    /// The shared blocks in which all entries are the same, by that entry.
    private var uniformBlocks: [UInt16: UInt16] = [0: 0]

    /// For each fold, the end of its scalars in `targets`, which is the start of the next fold's.
    private var foldEnds: [Int32] = [0]
    private var targets: [Unicode.Scalar] = []

    private init() {
        entries.reserveCapacity(64_000)
        readKinds()
        readFolds()
    }

    /// The properties of a scalar.
    subscript(scalar: Unicode.Scalar) -> Entry {
        let block = Int(blocks[Int(scalar.value >> Self.blockBits)])
        return Entry(bits: entries[block << 7 | Int(scalar.value & 0x7F)])
    }

    /// Returns the scalars that replace a folded one; none of them is folded itself.
    func fold(of entry: Entry) -> ArraySlice<Unicode.Scalar> {
        let index = Int(entry.bits & ~Entry.foldFlag)
        return targets[Int(foldEnds[index])..<Int(foldEnds[index + 1])]
    }

    private mutating func set(_ value: UInt32, to entry: Entry) {
        let place = Int(value >> Self.blockBits)
        let block = Int(blocks[place])
        if uniformBlocks.values.contains(UInt16(block)) {
            blocks[place] = UInt16(entries.count >> 7)
            entries.append(contentsOf: Array(entries[block << 7..<(block + 1) << 7]))
        }
        entries[Int(blocks[place]) << 7 | Int(value & 0x7F)] = entry.bits
    }

    /// Sets a run of scalars; whole blocks that are still unset share one block per entry.
    private mutating func set(_ values: ClosedRange<UInt32>, to entry: Entry) {
        var value = values.lowerBound
        while value <= values.upperBound {
            let place = Int(value >> Self.blockBits)
            if value & 0x7F == 0, values.upperBound - value >= 0x7F, blocks[place] == 0 {
                if uniformBlocks[entry.bits] == nil {
                    uniformBlocks[entry.bits] = UInt16(entries.count >> 7)
                    entries.append(contentsOf: repeatElement(entry.bits, count: Self.blockSize))
                }
                blocks[place] = uniformBlocks[entry.bits, default: 0]
                value += 0x80
            } else {
                set(value, to: entry)
                value += 1
            }
        }
    }

    private mutating func readKinds() {
        var reader = Reader(Self.kindData)
        var position: UInt32 = 0
        while reader.skipSpace() {
            let first = position + reader.number()
            position = first + (reader.skip("+") ? reader.number() : 0)
            _ = reader.skip(".")
            let entry =
                switch reader.byte() {
                case UInt8(ascii: "w"): Entry(.word)
                case UInt8(ascii: "s"): Entry(.single)
                case UInt8(ascii: "i"): Entry(.ignored)
                case UInt8(ascii: "e"): Entry(.emoji)
                case UInt8(ascii: "f"): Entry(.flag)
                case UInt8(ascii: "k"): Entry(.skin)
                default: Entry(.mark, combiningClass: UInt8(truncatingIfNeeded: reader.number(radix: 10)))
                }
            set(first...position, to: entry)
        }
    }

    private mutating func readFolds() {
        var reader = Reader(Self.foldData)
        var first: UInt32 = 0
        while reader.skipSpace() {
            first = reader.skip("-") ? first - reader.number() : first + reader.number()
            let more = reader.skip("+") ? reader.number() : 0
            let stride = reader.skip("/") ? reader.number() : 1
            _ = reader.skip("=")
            var target = [reader.number()]
            while reader.skip(",") { target.append(reader.number()) }
            let step = reader.skip("+") ? reader.number() : 0
            for index in 0...more {
                set(first + index * stride, to: Entry(bits: Entry.foldFlag | UInt16(foldEnds.count - 1)))
                targets += target.compactMap { Unicode.Scalar($0 + index * step) }
                foldEnds.append(Int32(targets.count))
            }
        }
    }

    /// A reader for the numbers and signs of the data, which is well formed.
    private struct Reader {
        private let bytes: UnsafeBufferPointer<UInt8>
        private var position = 0

        init(_ text: StaticString) {
            // The memory of a literal is never freed.
            bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        }

        mutating func skipSpace() -> Bool {
            while position < bytes.count, bytes[position] <= UInt8(ascii: " ") { position += 1 }
            return position < bytes.count
        }

        mutating func skip(_ sign: Unicode.Scalar) -> Bool {
            guard position < bytes.count, bytes[position] == UInt8(ascii: sign) else { return false }
            position += 1
            return true
        }

        mutating func byte() -> UInt8 {
            defer { position += 1 }
            return bytes[position]
        }

        mutating func number(radix: UInt32 = 16) -> UInt32 {
            var number: UInt32 = 0
            while position < bytes.count {
                let digit: UInt32
                switch bytes[position] {
                case let byte where byte &- UInt8(ascii: "0") < 10: digit = UInt32(byte - UInt8(ascii: "0"))
                case let byte where byte &- UInt8(ascii: "a") < 6: digit = UInt32(byte - UInt8(ascii: "a")) + 10
                default: return number
                }
                number = number * radix + digit
                position += 1
            }
            return number
        }
    }
}

/// The composition of Hangul syllables, as in section 3.12 of the Unicode Standard.
enum Hangul {
    static let firstSyllable: UInt32 = 0xAC00
    static let syllableCount: UInt32 = leadingCount * vowelCount * finalCount

    /// The number of final consonants; the first stands for none.
    static let finalCount: UInt32 = 28

    private static let firstLeading: UInt32 = 0x1100
    private static let leadingCount: UInt32 = 19
    private static let firstVowel: UInt32 = 0x1161
    private static let vowelCount: UInt32 = 21
    private static let beforeFirstFinal: UInt32 = 0x11A7

    /// Returns whether a scalar is a leading consonant, which a vowel may follow.
    static func isLeading(_ value: UInt32) -> Bool { value &- firstLeading < leadingCount }

    /// Returns whether a scalar is a syllable without a final consonant, which one may follow.
    static func takesFinal(_ value: UInt32) -> Bool {
        value &- firstSyllable < syllableCount && (value - firstSyllable) % finalCount == 0
    }

    /// Returns the syllable composed of a leading consonant and a vowel, or of a syllable and a final consonant.
    static func compose(_ first: UInt32, _ second: UInt32) -> Unicode.Scalar? {
        if isLeading(first), second &- firstVowel < vowelCount {
            let index = (first - firstLeading) * vowelCount + (second - firstVowel)
            return Unicode.Scalar(firstSyllable + index * finalCount)
        }
        if takesFinal(first), (1..<finalCount).contains(second &- beforeFirstFinal) {
            return Unicode.Scalar(first + (second - beforeFirstFinal))
        }
        return nil
    }
}
