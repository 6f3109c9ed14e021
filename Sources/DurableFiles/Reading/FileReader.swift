/// An open file, readable at any offset.
package struct FileReader: ~Copyable {
    /// The identity and state of the file when it was opened.
    package let identity: FileIdentity

    private let path: String
    private let descriptor: Descriptor
    private let calls: any SystemCalls

    init(_ opened: consuming OpenedFile, path: String, calls: any SystemCalls) {
        self.identity = opened.identity
        self.path = path
        self.descriptor = opened.descriptor
        self.calls = calls
    }

    /// Reads until the buffer is full or the file ends.
    ///
    /// - Parameters:
    ///   - buffer: The destination of the bytes.
    ///   - offset: The offset of the first byte in the file.
    /// - Returns: The number of bytes read, which is less than the buffer holds only at the end of the file.
    package func read(
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: Int64
    ) throws(FileFailure) -> Int {
        do throws(SystemCallFailure) {
            return try calls.readFully(descriptor.number, into: buffer, at: offset)
        } catch {
            throw FileFailure(operation: "read", path: path, cause: error)
        }
    }
}
