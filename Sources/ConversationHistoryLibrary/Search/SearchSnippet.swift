import ConversationHistory

/// A short excerpt of a matching text on one line, with the ranges of the matches.
///
/// Runs of white space are collapsed to one space; an ellipsis (`…`) marks an end where the text continues.
public struct SearchSnippet: Hashable, Sendable {
    /// The excerpt.
    public let text: String

    /// The ranges of the matches in ``text``, as offsets of UTF-8 bytes, in order and disjoint.
    ///
    /// Neither the ends of the text nor those of a range split a character.
    public let matches: [Range<Int>]

    /// Creates a snippet.
    ///
    /// - Parameters:
    ///   - text: The excerpt.
    ///   - matches: The ranges of the matches in the excerpt, as offsets of UTF-8 bytes: in order, disjoint, and
    ///     between characters.
    public init(text: String, matches: [Range<Int>]) {
        self.text = text
        self.matches = matches
    }

    /// The ranges of the matches in ``text``, in order and disjoint.
    public var matchRanges: [Range<String.Index>] {
        matches.map { match in
            let start = text.utf8.index(text.startIndex, offsetBy: match.lowerBound)
            return start..<text.utf8.index(start, offsetBy: match.count)
        }
    }
}

extension SearchSnippet {
    /// The approximate length of a snippet in characters, by default.
    package static let defaultLength = 160

    /// Creates a snippet of a text around the part with the most matches.
    ///
    /// The excerpt ends between words if a word boundary is near, and never within a character. A single occurrence
    /// that is longer than the snippet is cut off.
    ///
    /// - Parameters:
    ///   - text: The text that was searched.
    ///   - match: The matches in the text; `nil` to show its beginning.
    ///   - length: The approximate length in characters.
    package init(of text: String, match: SearchMatch?, length: Int = SearchSnippet.defaultLength) {
        self = SearchExcerpt(of: text, match: match, length: length).snippet
    }
}

/// Selects the excerpt of a text for a ``SearchSnippet``.
struct SearchExcerpt {
    /// The maximum number of characters that a cut is moved to fall between words.
    private static let reach = 20

    private let text: String
    private let match: SearchMatch?
    private let length: Int

    /// Creates an excerpt.
    ///
    /// - Parameters:
    ///   - text: The text that was searched.
    ///   - match: The matches in the text; `nil` to show its beginning.
    ///   - length: The approximate length in characters.
    init(of text: String, match: SearchMatch?, length: Int) {
        var text = text
        text.makeContiguousUTF8()
        self.text = text
        self.match = match
        self.length = max(1, length)
    }

    /// The part with the most matches, on one line.
    var snippet: SearchSnippet {
        let bounds = bounds
        let matches = match?.ranges ?? []
        var next = matches.partitioningIndex { $0.upperBound > offset(of: bounds.lowerBound) }
        var result = text[..<bounds.lowerBound].contains { !$0.isWhitespace } ? "…" : ""
        var shown: [Range<Int>] = []
        var lastShown: Int?
        var hasText = false
        var hasSpace = false
        var position = offset(of: bounds.lowerBound)
        for character in text[bounds] {
            let range = position..<position + character.utf8.count
            position = range.upperBound
            if character.isWhitespace {
                hasSpace = true
                continue
            }
            if hasSpace, hasText { result.append(" ") }
            (hasSpace, hasText) = (false, true)
            let start = result.utf8.count
            result.append(character)
            while next < matches.count, matches[next].upperBound <= range.lowerBound { next += 1 }
            guard next < matches.count, matches[next].lowerBound < range.upperBound else { continue }
            if lastShown == next {
                shown[shown.count - 1] = shown[shown.count - 1].lowerBound..<result.utf8.count
            } else {
                shown.append(start..<result.utf8.count)
                lastShown = next
            }
        }
        if text[bounds.upperBound...].contains(where: { !$0.isWhitespace }) { result.append("…") }
        return SearchSnippet(text: result, matches: Self.aligned(shown, in: result))
    }

    /// Extends ranges to whole characters, and joins adjacent ranges.
    ///
    /// A combining mark after a line break joins the space that replaces the line break.
    private static func aligned(_ ranges: [Range<Int>], in text: String) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var next = 0
        var position = 0
        for character in text {
            let range = position..<position + character.utf8.count
            position = range.upperBound
            while next < ranges.count, ranges[next].upperBound <= range.lowerBound { next += 1 }
            guard next < ranges.count, ranges[next].lowerBound < range.upperBound else { continue }
            if let last = result.last, last.upperBound == range.lowerBound {
                result[result.count - 1] = last.lowerBound..<range.upperBound
            } else {
                result.append(range)
            }
        }
        return result
    }

    /// The bounds of the excerpt: the part with the most matches, and as much context on both sides as fits.
    private var bounds: Range<String.Index> {
        // Leaves some room for context on both sides.
        let cluster = match?.bestCluster(in: text, length: length * 3 / 4) ?? 0..<0
        let start = character(at: cluster.lowerBound)
        var (end, coreLength) = forward(from: start, length, until: index(at: cluster.upperBound))
        if end == start, !cluster.isEmpty { end = text.index(after: start) }
        let room = length - coreLength
        let before = backward(from: start, room).count
        let after = forward(from: end, room, until: text.endIndex).count
        let lead = min(before, max(room / 2, room - after))
        let first = backward(from: start, lead).end
        let last = forward(from: end, min(after, room - lead), until: text.endIndex).end
        // A cluster that is too long may be cut between any of its words.
        let limit = end < index(at: cluster.upperBound) ? text.index(after: start) : end
        return cutStart(first, before: start)..<cutEnd(last, after: limit)
    }

    /// The end of a walk over characters, and their number.
    private typealias Walk = (end: String.Index, count: Int)

    /// Walks forward over as many characters as fit.
    private func forward(from start: String.Index, _ room: Int, until limit: String.Index) -> Walk {
        var (end, count) = (start, 0)
        while end < limit {
            let next = text.index(after: end)
            let weight = weight(of: end..<next)
            if count + weight > room { break }
            (end, count) = (next, count + weight)
        }
        return (end, count)
    }

    /// Walks backward over as many characters as fit.
    private func backward(from start: String.Index, _ room: Int) -> Walk {
        var (end, count) = (start, 0)
        while end > text.startIndex {
            let next = text.index(before: end)
            let weight = weight(of: next..<end)
            if count + weight > room { break }
            (end, count) = (next, count + weight)
        }
        return (end, count)
    }

    /// Returns the weight of a character: one with very many combining marks counts as several, to keep the excerpt
    /// small.
    private func weight(of character: Range<String.Index>) -> Int {
        1 + text.utf8.distance(from: character.lowerBound, to: character.upperBound) / 32
    }

    /// Moves the start of the excerpt forward to the beginning of a word, if one is near.
    private func cutStart(_ first: String.Index, before limit: String.Index) -> String.Index {
        guard first > text.startIndex else { return first }
        var wordStart: String.Index?
        var position = first
        for _ in 0..<Self.reach {
            let previous = text[text.index(before: position)]
            if previous.isWhitespace { return position }
            if position == limit { break }
            if wordStart == nil, !(previous.isPartOfWord && text[position].isPartOfWord) { wordStart = position }
            position = text.index(after: position)
        }
        return wordStart ?? first
    }

    /// Moves the end of the excerpt back to the end of a word, if one is near.
    private func cutEnd(_ last: String.Index, after limit: String.Index) -> String.Index {
        guard last < text.endIndex else { return last }
        var wordEnd: String.Index?
        var position = last
        for _ in 0..<Self.reach {
            if text[position].isWhitespace { return position }
            if position == limit { break }
            let previous = text.index(before: position)
            if wordEnd == nil, !(text[previous].isPartOfWord && text[position].isPartOfWord) { wordEnd = position }
            position = previous
        }
        return wordEnd ?? last
    }

    private func offset(of index: String.Index) -> Int { text.utf8.distance(from: text.startIndex, to: index) }

    private func index(at offset: Int) -> String.Index { text.utf8.index(text.startIndex, offsetBy: offset) }

    /// Returns the start of the character that contains a byte.
    private func character(at offset: Int) -> String.Index {
        let index = index(at: offset)
        return index < text.endIndex ? text.index(before: text.index(after: index)) : index
    }
}

extension Character {
    /// Whether this is a letter or a number; excerpts avoid a cut between two of them.
    fileprivate var isPartOfWord: Bool { isLetter || isNumber }
}

extension Array<Range<Int>> {
    /// Returns the first index whose element satisfies a condition, in an array where all such elements are at the end.
    fileprivate func partitioningIndex(_ belongsAtEnd: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if belongsAtEnd(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
