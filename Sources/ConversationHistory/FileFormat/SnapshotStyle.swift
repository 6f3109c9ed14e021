/// How a snapshot is laid out as bytes.
public struct SnapshotStyle: Hashable, Sendable {
    private enum Value { case lines, pretty, version1 }
    private let value: Value

    /// Version 2, one entry a line: valid JSON that is easy to search and to compare, and that a store can append to.
    public static let lines = SnapshotStyle(value: .lines)

    /// Version 2, indented for reading; every save writes the whole of it.
    public static let pretty = SnapshotStyle(value: .pretty)

    /// Version 1, the form of the Rust package ailoop, for programs that read nothing else.
    ///
    /// It has no place for anything but ``ChatMessage``s and their pins: ids, dates, actions, turns and all else are
    /// left out, and a role or a block that it does not know is refused.
    public static let version1 = SnapshotStyle(value: .version1)
}
