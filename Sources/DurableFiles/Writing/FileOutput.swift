/// A new file, written from its beginning.
package struct FileOutput: ~Copyable {
    /// The number of bytes written so far.
    package private(set) var count: Int64 = 0

    /// The name of the file while it is written.
    let name: String

    var descriptor: Descriptor
    private let path: String
    private let calls: any SystemCalls

    init(_ descriptor: consuming Descriptor, name: String, path: String, calls: any SystemCalls) {
        self.descriptor = descriptor
        self.name = name
        self.path = path
        self.calls = calls
    }

    /// Appends all the bytes, unbuffered.
    package mutating func write(_ bytes: UnsafeRawBufferPointer) throws(FileFailure) {
        do throws(SystemCallFailure) {
            try calls.writeAll(descriptor.number, bytes, at: count, written: &count)
        } catch {
            throw FileFailure(operation: "replace", path: path, cause: error)
        }
    }
}
