import ConversationHistory

/// The occurrences of an expression's phrases in a text.
package struct SearchMatch: Hashable, Sendable {
    /// An occurrence of a phrase.
    package struct Occurrence: Hashable, Sendable {
        /// The index of the phrase in the expression.
        package let phrase: Int

        /// The range in the text, as offsets of UTF-8 bytes.
        package let range: Range<Int>
    }

    /// The occurrences of all phrases, ordered by start; there is at least one of each phrase.
    ///
    /// Occurrences of one phrase may overlap: if each letter is a token, "aa" occurs twice in "aaa".
    package let occurrences: [Occurrence]
}

/// Finds phrases in texts, in time linear in the length of the text.
///
/// Every distinct token of the phrases has a number. A text is reduced to the numbers of those of its tokens that occur
/// in a phrase, and each phrase is searched in them with the Knuth-Morris-Pratt algorithm.
struct SearchPhraseFinder: Sendable {
    /// A phrase as the numbers of its tokens.
    private struct Phrase: Sendable {
        let tokens: [Int]

        /// For each prefix length, the length of the longest proper prefix that is also a suffix.
        let fallbacks: [Int]

        init(_ tokens: [Int]) {
            self.tokens = tokens
            var fallbacks = [0, 0]
            for token in tokens.dropFirst() {
                var length = fallbacks[fallbacks.count - 1]
                while length > 0, tokens[length] != token { length = fallbacks[length] }
                fallbacks.append(tokens[length] == token ? length + 1 : 0)
            }
            self.fallbacks = fallbacks
        }
    }

    /// A token of a text that occurs in a phrase.
    private struct KnownToken {
        let number: Int
        let position: Int
        let range: Range<Int>
    }

    /// Collects the tokens of a text that have numbers.
    private struct KnownTokens: SearchTokenSink {
        let numbers: [String: Int]

        /// A filter that rules out most other tokens, with the `sieve` bits of the known tokens.
        let sieve: UInt64

        var tokens: [KnownToken] = []
        var count = 0

        mutating func take(_ text: UnsafeBufferPointer<UInt8>, isASCII: Bool, range: Range<Int>) {
            if sieve & SearchPhraseFinder.sieve(text) != 0, let number = numbers[String(decoding: text, as: UTF8.self)]
            {
                tokens.append(KnownToken(number: number, position: count, range: range))
            }
            count += 1
        }
    }

    private let phrases: [Phrase]
    private let numbers: [String: Int]
    private let sieve: UInt64

    init(_ phrases: [[String]]) {
        var numbers: [String: Int] = [:]
        var sieve: UInt64 = 0
        for var token in phrases.joined() where numbers[token] == nil {
            numbers[token] = numbers.count
            sieve |= token.withUTF8 { Self.sieve($0) }
        }
        self.phrases = phrases.map { Phrase($0.compactMap { numbers[$0] }) }
        self.numbers = numbers
        self.sieve = sieve
    }

    /// Returns one bit that depends on a token's bytes.
    private static func sieve(_ token: UnsafeBufferPointer<UInt8>) -> UInt64 {
        1 << UInt64((token[0] &* 31 &+ token[token.count - 1] &* 7 &+ UInt8(truncatingIfNeeded: token.count)) & 63)
    }

    /// Finds all phrases in a text; returns `nil` if one doesn't occur.
    func match(in text: String) -> SearchMatch? {
        guard !phrases.isEmpty else { return nil }
        var known = KnownTokens(numbers: numbers, sieve: sieve)
        SearchScanner.scan(text, into: &known)
        var occurrences: [SearchMatch.Occurrence] = []
        for index in phrases.indices {
            let count = occurrences.count
            find(index, in: known.tokens, &occurrences)
            guard occurrences.count > count else { return nil }
        }
        if phrases.count > 1 {
            occurrences.sort { ($0.range.lowerBound, $0.phrase) < ($1.range.lowerBound, $1.phrase) }
        }
        return SearchMatch(occurrences: occurrences)
    }

    private func find(_ index: Int, in tokens: [KnownToken], _ occurrences: inout [SearchMatch.Occurrence]) {
        let phrase = phrases[index]
        var length = 0
        var next = 0
        for (place, token) in tokens.enumerated() {
            if token.position != next { length = 0 }
            next = token.position + 1
            if length == phrase.tokens.count { length = phrase.fallbacks[length] }
            while length > 0, phrase.tokens[length] != token.number { length = phrase.fallbacks[length] }
            if phrase.tokens[length] == token.number { length += 1 }
            guard length == phrase.tokens.count else { continue }
            let start = tokens[place - length + 1].range.lowerBound
            occurrences.append(SearchMatch.Occurrence(phrase: index, range: start..<token.range.upperBound))
        }
    }
}

extension SearchMatch {
    /// Returns the best range within a length: the most phrases, then the most occurrences, then the first.
    ///
    /// - Parameters:
    ///   - text: The text that was searched.
    ///   - length: The maximum length in scalars; a single occurrence may be longer.
    func bestCluster(in text: String, length: Int) -> Range<Int> {
        let places = places(in: text, length: length)
        var counts: [Int: Int] = [:]
        var end = 0
        var best = 0..<0
        var bestScore = (phrases: 0, occurrences: 0)
        for start in places.indices {
            while end < places.count, end <= start || places[end].upperBound - places[start].lowerBound <= length {
                counts[occurrences[end].phrase, default: 0] += 1
                end += 1
            }
            let score = (phrases: counts.count, occurrences: end - start)
            if score > bestScore {
                bestScore = score
                best = start..<end
            }
            let phrase = occurrences[start].phrase
            counts[phrase] = counts[phrase] == 1 ? nil : counts[phrase, default: 0] - 1
        }
        let first = occurrences[best.lowerBound].range
        return first.lowerBound..<occurrences[best].reduce(first.upperBound) { max($0, $1.range.upperBound) }
    }

    /// Returns the ranges of the occurrences in scalars; an occurrence longer than the length ends just after it.
    private func places(in text: String, length: Int) -> [Range<Int>] {
        let bytes = text.utf8
        var position = bytes.startIndex
        var offset = 0
        var scalars = 0
        return occurrences.map { occurrence in
            let start = bytes.index(position, offsetBy: occurrence.range.lowerBound - offset)
            scalars += bytes[position..<start].count { $0 & 0xC0 != 0x80 }
            (position, offset) = (start, occurrence.range.lowerBound)
            let end = bytes.index(start, offsetBy: occurrence.range.count)
            var count = 0
            for byte in bytes[start..<end] where byte & 0xC0 != 0x80 {
                count += 1
                if count > length { break }
            }
            return scalars..<scalars + count
        }
    }

    /// The matched ranges, in order and disjoint.
    var ranges: [Range<Int>] {
        var ranges: [Range<Int>] = []
        for occurrence in occurrences {
            if let last = ranges.last, occurrence.range.lowerBound <= last.upperBound {
                ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, occurrence.range.upperBound)
            } else {
                ranges.append(occurrence.range)
            }
        }
        return ranges
    }
}
