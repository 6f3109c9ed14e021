/// The ids of the first entries of a snapshot, by their hashes: an id whose hash is not here was not used.
///
/// The hashes lie in sorted runs, each at most half as long as the one before. An append adds a run of one and merges
/// runs of the same length, so that it costs a few steps on average, and copies of a snapshot share all runs but the
/// last. Hashes of entries that were removed stay: a hash that is found is a reason to look, no proof.
struct EntryIDIndex: Sendable {
    private var runs: [ContiguousArray<Int>] = []
    /// How many of the first entries are here.
    private var count = 0

    /// Tells whether an id may be among those of the entries; takes up those that are not here yet.
    mutating func mayContain<Message>(_ id: EntryID, in entries: SharedList<HistoryEntry<Message>>) -> Bool {
        // The list was exchanged for a shorter one.
        if count > entries.count { self = EntryIDIndex() }
        while count < entries.count {
            append(entries.box(at: count).value.id.hashValue)
            count += 1
        }
        let hash = id.hashValue
        return runs.contains { $0.containsSorted(hash) }
    }

    /// Takes notice of entries that were removed.
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
    /// What is indexed so far is no part of a snapshot's value.
    static func == (left: EntryIDIndex, right: EntryIDIndex) -> Bool { true }
}

extension ContiguousArray<Int> {
    /// Tells whether a sorted array holds a number.
    fileprivate func containsSorted(_ number: Int) -> Bool {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < endIndex && self[low] == number
    }
}
