/// A file that is being replaced: the new content is beside it until it is complete.
///
/// What is not committed is removed, and the old content stays.
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

    /// Writes all the bytes behind what was written before; nothing is buffered.
    package mutating func write(_ bytes: UnsafeRawBufferPointer) throws(FileFailure) { try output.write(bytes) }

    /// Puts what was written in the place of the file.
    ///
    /// - Parameter durability: Whether the file and then its directory are synchronised.
    /// - Returns: Which file is in place now.
    /// - Throws: As ``DurableFile/replace(durability:found:like:_:)``.
    @discardableResult
    package consuming func commit(durability: Durability) throws(FileFailure) -> FileIdentity {
        let identity = try file.finish(&output, replacing: previous, durability: durability)
        try file.install(output.name, identity)
        isInstalled = true
        if durability == .full { try file.synchronize(after: identity) }
        return identity
    }

    deinit {
        // Best effort: a temporary file that stays is removed by a later call of `removeStaleTemporaries`.
        if !isInstalled { try? file.calls.unlink(output.name, in: file.directory.number) }
    }
}
