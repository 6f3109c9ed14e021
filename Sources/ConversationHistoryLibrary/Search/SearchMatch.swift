import ConversationHistory

/// Where the phrases of an expression occur in a text.
package struct SearchMatch: Hashable, Sendable {
    /// One phrase at one place.
    package struct Occurrence: Hashable, Sendable {
        /// Which of the expression's phrases it is.
        package let phrase: Int

        /// Where it stands in the text, as offsets of UTF-8 bytes.
        package let range: Range<Int>
    }

    /// All the occurrences of all the phrases, by where they begin; there is at least one of each phrase.
    ///
    /// Occurrences of one phrase may overlap, and each counts: "aa" is twice in "aaa", if each letter is a token.
    package let occurrences: [Occurrence]
}

/// Finds phrases in texts, in a time that grows with the text alone.
///
/// The tokens of the phrases are numbered. A text is read as the numbers of its tokens, of which only those that are in
/// a phrase at all are kept; in these each phrase is sought by the method of Knuth, Morris and Pratt.
struct SearchPhraseFinder: Sendable {
    /// A phrase as the numbers of its tokens.
    private struct Phrase: Sendable {
        let tokens: [Int]

        /// For each count of tokens, how many of their last are also the phrase's first, without being all.
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

    /// A token of a text that is in one of the phrases.
    private struct KnownToken {
        let number: Int
        let position: Int
        let range: Range<Int>
    }

    /// Keeps the tokens of a text that have numbers.
    private struct KnownTokens: SearchTokenSink {
        let numbers: [String: Int]

        /// Rules most other tokens out: a bit for each of the known ones' `sieve`.
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

    /// One bit that depends on a token's bytes.
    private static func sieve(_ token: UnsafeBufferPointer<UInt8>) -> UInt64 {
        1 << UInt64((token[0] &* 31 &+ token[token.count - 1] &* 7 &+ UInt8(truncatingIfNeeded: token.count)) & 63)
    }

    /// Finds all phrases in a text; `nil` unless each occurs.
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
    /// Returns where within a length the most is found: the most phrases, then the most occurrences, then the first.
    ///
    /// - Parameters:
    ///   - text: The text that was searched.
    ///   - length: How many scalars the place may have, unless it is a single occurrence.
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

    /// Where the occurrences stand, counted in scalars; one longer than a length ends just behind it.
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

    /// Where anything is found, in order and apart from each other.
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
