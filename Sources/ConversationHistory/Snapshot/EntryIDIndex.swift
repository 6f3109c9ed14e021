/// An index of the hashes of a snapshot's entry ids: an id whose hash is missing is unused.
///
/// The hashes are kept in sorted runs, each at most half as long as the one before. An append adds a run of one hash
/// and merges runs of the same length, which takes a few steps on average; copies of a snapshot share all runs but the
/// last. The hashes of removed entries stay, so a hash that is found must be verified in the entries.
struct EntryIDIndex: Sendable {
    private var runs: [ContiguousArray<Int>] = []
    /// The number of leading entries that are indexed.
    private var count = 0

    /// Indexes the new entries, and returns whether an entry may have the id.
    mutating func mayContain<Message>(_ id: EntryID, in entries: SharedList<HistoryEntry<Message>>) -> Bool {
        // The list was replaced by a shorter one.
        if count > entries.count { self = EntryIDIndex() }
        while count < entries.count {
            append(entries.box(at: count).value.id.hashValue)
            count += 1
        }
        let hash = id.hashValue
        return runs.contains { $0.containsSorted(hash) }
    }

    /// Records that entries were removed.
    mutating func removeEntries(in range: Range<Int>) {
        count -= range.clamped(to: 0..<count).count
    }

    private mutating func append(_ hash: Int) {
        var run: ContiguousArray = [hash]
        while let last = runs.last, last.count <= run.count {
            run = Self.merged(last, run)
            runs.removeLast()
        }
        runs.append(run)
    }

    private static func merged(_ left: ContiguousArray<Int>, _ right: ContiguousArray<Int>) -> ContiguousArray<Int> {
        var merged: ContiguousArray<Int> = []
        merged.reserveCapacity(left.count + right.count)
        var (first, second) = (0, 0)
        while first < left.count, second < right.count {
            if left[first] <= right[second] {
                merged.append(left[first])
                first += 1
            } else {
                merged.append(right[second])
                second += 1
            }
        }
        merged.append(contentsOf: left[first...])
        merged.append(contentsOf: right[second...])
        return merged
    }
}

extension EntryIDIndex: Equatable {
    /// Always equal: the index is not part of a snapshot's value.
    static func == (left: EntryIDIndex, right: EntryIDIndex) -> Bool { true }
}

extension ContiguousArray<Int> {
    /// Returns whether the array, which must be sorted, contains a number.
    fileprivate func containsSorted(_ number: Int) -> Bool {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < endIndex && self[low] == number
    }
}
