/// A coding path as a chain from the innermost key outward, so that going one level deeper copies nothing.
final class CodingPath: Sendable {
    private let parent: CodingPath?
    private let key: any CodingKey

    init(_ parent: CodingPath?, _ key: any CodingKey) {
        self.parent = parent
        self.key = key
    }

    /// A path with a key more, if there is one.
    static func adding(_ key: (any CodingKey)?, to path: CodingPath?) -> CodingPath? {
        guard let key else { return path }
        return CodingPath(path, key)
    }

    /// The keys of a path from the outermost to the innermost, and then a last one.
    static func keys(_ path: CodingPath?, _ last: (any CodingKey)?) -> [any CodingKey] {
        var keys: [any CodingKey] = last.map { [$0] } ?? []
        var next = path
        while let path = next {
            keys.append(path.key)
            next = path.parent
        }
        return keys.reversed()
    }
}
