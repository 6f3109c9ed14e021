import ConversationHistory

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
