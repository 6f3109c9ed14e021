import ConversationHistory

/// How the letters of Hangul make up syllables: the arithmetic of the Unicode Standard, section 3.12.
enum Hangul {
    static let firstSyllable: UInt32 = 0xAC00
    static let syllableCount: UInt32 = leadingCount * vowelCount * finalCount

    /// How many final consonants there are, with none as the first.
    static let finalCount: UInt32 = 28

    private static let firstLeading: UInt32 = 0x1100
    private static let leadingCount: UInt32 = 19
    private static let firstVowel: UInt32 = 0x1161
    private static let vowelCount: UInt32 = 21
    private static let beforeFirstFinal: UInt32 = 0x11A7

    /// Tells whether a scalar is a leading consonant, so that a vowel may follow it.
    static func isLeading(_ value: UInt32) -> Bool { value &- firstLeading < leadingCount }

    /// Tells whether a scalar is a syllable without a final consonant, so that one may follow it.
    static func takesFinal(_ value: UInt32) -> Bool {
        value &- firstSyllable < syllableCount && (value - firstSyllable) % finalCount == 0
    }

    /// The syllable that a leading consonant and a vowel, or a syllable and a final consonant make up.
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
