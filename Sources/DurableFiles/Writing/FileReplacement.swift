/// A replacement of a file, written next to it until it is complete.
///
/// Without a commit, the new content is removed and the old content stays.
package struct FileReplacement: ~Copyable {
    var output: FileOutput

    private let file: DurableFile
    private let previous: FileStatus?
    private var isInstalled = false

    init(of file: DurableFile, replacing previous: FileStatus?, writing output: consuming FileOutput) {
        self.file = file
        self.previous = previous
        self.output = output
    }

    /// Appends all the bytes, unbuffered.
    package mutating func write(_ bytes: UnsafeRawBufferPointer) throws(FileFailure) { try output.write(bytes) }

    /// Replaces the file by the written content.
    ///
    /// - Parameter durability: Whether to synchronize the file and then its directory.
    /// - Returns: The identity of the new file.
    /// - Throws: As ``DurableFile/replace(durability:like:_:)``.
    @discardableResult
    package consuming func commit(durability: Durability) throws(FileFailure) -> FileIdentity {
        let identity = try file.finish(&output, replacing: previous, durability: durability)
        try file.install(output.name, identity)
        isInstalled = true
        if durability == .full { try file.synchronize(after: identity) }
        return identity
    }

    deinit {
        // Best effort: a later call of `removeStaleTemporaries` removes a leftover.
        if !isInstalled { try? file.calls.unlink(output.name, in: file.directory.number) }
    }
}
