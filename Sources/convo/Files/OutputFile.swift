import DurableFiles

/// A file that a command writes, or standard output.
///
/// A file is written aside and takes its name when it is complete: there is never half of one.
@MainActor
final class OutputFile {
    private let terminal: Terminal
    private let file: DurableFile?
    private var replacement: FileReplacement?

    /// Whether there is an earlier file, which the new one takes the place of.
    let hasEarlier: Bool

    /// Begins to write.
    ///
    /// - Parameter path: The file; `nil` or `-` for standard output.
    init(_ path: String?, _ terminal: Terminal) throws {
        self.terminal = terminal
        guard let path, path != "-" else {
            file = nil
            hasEarlier = false
            return
        }
        let file = try DurableFile.open(path: path)
        self.file = file
        hasEarlier = try file.identity() != nil
        replacement = try file.startReplacing()
    }

    /// Writes some bytes.
    func write(_ bytes: [UInt8]) throws {
        guard file != nil else { return try terminal.send(bytes) }
        try bytes.withUnsafeBytes { try replacement?.write($0) }
    }

    /// Gives the file its name.
    func finish() throws {
        try replacement.take()?.commit(durability: .full)
        // Of those that were killed on the way.
        file?.removeStaleTemporaries(olderThan: 86400)
    }
}
