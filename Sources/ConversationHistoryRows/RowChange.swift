package import ConversationHistory
import ConversationHistoryLibrary

/// How the rows of one list become those of another.
///
/// The replaced rows come first; behind them some rows are removed or some are inserted, never both, and what follows
/// keeps its content.
package struct RowChange: Hashable, Sendable {
    /// The positions at which the content is another.
    package var replaced: [Int] = []

    /// The positions of the rows that are removed, as they were before.
    package var removed = 0..<0

    /// The positions of the rows that are inserted, as they are afterwards; they begin where the removed ones did.
    package var inserted = 0..<0

    /// How many rows stand behind what is removed or inserted.
    package var tailCount = 0

    /// Whether nothing changes.
    package var isEmpty: Bool { replaced.isEmpty && removed.isEmpty && inserted.isEmpty }
}

extension SharedList {
    /// Returns how the rows of this list become those of another.
    ///
    /// What the two share is not looked at; for the rest, what counts are the bytes that would be written.
    package func rowChange(
        to new: SharedList,
        _ line: (Box) throws(SnapshotError) -> [UInt8]
    ) throws(SnapshotError) -> RowChange {
        try rowChange(to: new, where: { (left, right) throws(SnapshotError) in try line(left) == line(right) })
    }

    /// Returns how the rows of this list become those of another.
    ///
    /// - Parameter isSame: Whether two elements are stored alike; elements that the lists share are not asked about.
    package func rowChange(
        to new: SharedList,
        where isSame: (Box, Box) throws(SnapshotError) -> Bool
    ) throws(SnapshotError) -> RowChange {
        let start = sharedPrefixCount(with: new)
        var change = RowChange()
        let most = Swift.min(count, new.count) - start
        while change.tailCount < most,
            box(at: endIndex - 1 - change.tailCount) === new.box(at: new.endIndex - 1 - change.tailCount)
        {
            change.tailCount += 1
        }
        let (oldEnd, newEnd) = (endIndex - change.tailCount, new.endIndex - change.tailCount)
        let common = Swift.min(oldEnd, newEnd)
        for position in start..<common {
            let (old, new) = (box(at: position), new.box(at: position))
            if old !== new, try !isSame(old, new) { change.replaced.append(position) }
        }
        change.removed = common..<oldEnd
        change.inserted = common..<newEnd
        return change
    }
}
