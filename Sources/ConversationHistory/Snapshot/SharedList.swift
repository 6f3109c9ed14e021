// Unsafe buffers: only the addresses of two arrays of chunks are compared, and the buffers don't leave the closure.

/// A list whose copies share their common elements.
///
/// A conversation grows at its end, while the store and the interface still hold an earlier value. With an array,
/// the first append after each copy would copy the whole history; here it copies at most one chunk and a list of
/// references to chunks. Two lists of the same origin are compared chunk by chunk, by identity.
public struct SharedList<Element: Sendable>: RandomAccessCollection, Sendable {
    /// A reference to one element, which several lists can share.
    package final class Box: Sendable {
        /// The element.
        package let value: Element
        /// The stored form of the element, if writing the element would not reproduce it.
        let verbatim: [UInt8]?
        /// Whether the element is an entry that holds instructions; always `false` for other elements.
        ///
        /// The message is asked only once, here, because boxes are counted under a lock, where code of the
        /// application's types must not run.
        let isInstruction: Bool

        package convenience init(_ value: Element, verbatim: [UInt8]? = nil) {
            let isInstruction = (value as? any InstructionHolder)?.holdsInstruction ?? false
            self.init(value, verbatim: verbatim, isInstruction: isInstruction)
        }

        init(_ value: Element, verbatim: [UInt8]?, isInstruction: Bool) {
            self.value = value
            self.verbatim = verbatim
            self.isInstruction = isInstruction
        }
    }

    /// An immutable chunk of exactly `SharedList.chunkCount` elements.
    final class Chunk: Sendable {
        let boxes: ContiguousArray<Box>

        init(_ boxes: ContiguousArray<Box>) { self.boxes = boxes }
    }

    static var chunkCount: Int { 128 }

    private var chunks: ContiguousArray<Chunk> = []
    private var tail: ContiguousArray<Box> = []

    /// Creates an empty list.
    public init() {}

    /// Creates a list of the given elements.
    public init(_ elements: some Sequence<Element>) {
        for element in elements { append(element) }
    }

    /// The position of the first element: 0.
    public var startIndex: Int { 0 }

    /// The position after the last element: the number of elements.
    public var endIndex: Int { chunks.count * Self.chunkCount + tail.count }

    /// The element at a position.
    public subscript(position: Int) -> Element { box(at: position).value }

    /// Appends an element.
    public mutating func append(_ element: Element) { append(Box(element)) }

    /// Appends some elements.
    public mutating func append(contentsOf elements: some Sequence<Element>) {
        for element in elements { append(element) }
    }

    /// Replaces an element.
    ///
    /// - Parameters:
    ///   - position: A valid position.
    ///   - element: The new element.
    public mutating func replace(at position: Int, with element: Element) { replace(at: position, with: Box(element)) }

    /// Replaces a box.
    mutating func replace(at position: Int, with box: Box) {
        precondition(position >= 0 && position < endIndex, "The position is outside the list.")
        let (chunk, offset) = position.quotientAndRemainder(dividingBy: Self.chunkCount)
        if chunk == chunks.count {
            tail[offset] = box
        } else {
            var boxes = chunks[chunk].boxes
            boxes[offset] = box
            chunks[chunk] = Chunk(boxes)
        }
    }

    /// Removes the elements in a range, and rebuilds the chunks after it.
    public mutating func removeSubrange(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= endIndex, "The range is outside the list.")
        guard !range.isEmpty else { return }
        let rest = (range.upperBound..<endIndex).map(box(at:))
        let kept = range.lowerBound / Self.chunkCount
        var start = ContiguousArray<Box>()
        for position in kept * Self.chunkCount..<range.lowerBound { start.append(box(at: position)) }
        chunks.removeSubrange(Swift.min(kept, chunks.count)...)
        tail = start
        for box in rest { append(box) }
    }

    /// Returns the first elements, sharing them with this list.
    public func prefix(_ count: Int) -> SharedList {
        var copy = self
        if count < endIndex { copy.removeSubrange(Swift.max(0, count)..<endIndex) }
        return copy
    }

    /// Returns the elements from a position on, sharing them with this list.
    public func suffix(from position: Int) -> SharedList {
        var copy = SharedList()
        for index in position..<endIndex { copy.append(box(at: index)) }
        return copy
    }
}

extension SharedList {
    /// Returns the box of an element.
    package func box(at position: Int) -> Box {
        precondition(position >= 0, "The position is outside the list.")
        let (chunk, offset) = position.quotientAndRemainder(dividingBy: Self.chunkCount)
        return chunk == chunks.count ? tail[offset] : chunks[chunk].boxes[offset]
    }

    /// Inserts a box at a position up to the end, and rebuilds the chunks after it.
    mutating func insert(_ box: Box, at position: Int) {
        let rest = (position..<endIndex).map(self.box(at:))
        removeSubrange(position..<endIndex)
        append(box)
        for box in rest { append(box) }
    }

    package mutating func append(_ box: Box) {
        if tail.isEmpty { tail.reserveCapacity(Self.chunkCount) }
        tail.append(box)
        guard tail.count == Self.chunkCount else { return }
        chunks.append(Chunk(tail))
        tail = []
    }

    /// Returns the number of leading boxes that are identical in both lists.
    package func sharedPrefixCount(with other: SharedList) -> Int {
        var position = sharedChunkCount(with: other) * Self.chunkCount
        let end = Swift.min(endIndex, other.endIndex)
        while position < end, box(at: position) === other.box(at: position) { position += 1 }
        return position
    }
}

extension SharedList {
    private func sharedChunkCount(with other: SharedList) -> Int {
        chunks.withUnsafeBufferPointer { mine in
            other.chunks.withUnsafeBufferPointer { others in
                let common = Swift.min(mine.count, others.count)
                // As long as no chunk has been added or changed, both lists share one array of chunks.
                if mine.baseAddress == others.baseAddress { return common }
                var count = 0
                while count < common, mine[count] === others[count] { count += 1 }
                return count
            }
        }
    }
}

extension SharedList: Equatable where Element: Equatable {
    /// Returns whether two lists hold equal elements, without comparing shared elements.
    public static func == (lhs: SharedList, rhs: SharedList) -> Bool {
        guard lhs.endIndex == rhs.endIndex else { return false }
        var position = 0
        while position < lhs.endIndex {
            let chunk = position / chunkCount
            if position.isMultiple(of: chunkCount), chunk < lhs.chunks.count, lhs.chunks[chunk] === rhs.chunks[chunk] {
                position += chunkCount
                continue
            }
            let left = lhs.box(at: position)
            let right = rhs.box(at: position)
            guard left === right || left.value == right.value else { return false }
            position += 1
        }
        return true
    }
}
