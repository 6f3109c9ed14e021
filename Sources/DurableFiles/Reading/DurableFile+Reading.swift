/// Bytes at an offset in a file.
package struct FileContent: Hashable, Sendable {
    /// The offset of the first byte.
    package var offset: Int64

    /// The bytes from the offset on.
    package var bytes: [UInt8]

    /// Creates a description of a part of a file.
    package init(offset: Int64, bytes: [UInt8]) {
        self.offset = offset
        self.bytes = bytes
    }
}

extension DurableFile {
    /// Returns the current status of the file; `nil` if its name is free.
    ///
    /// - Throws: ``FileFailure/Kind/notRegularFile`` for anything but a regular file.
    package func status() throws(FileFailure) -> FileStatus? { try status("inspect") }

    /// Returns the current identity and state of the file; `nil` if its name is free.
    ///
    /// - Throws: ``FileFailure/Kind/notRegularFile`` for anything but a regular file.
    package func identity() throws(FileFailure) -> FileIdentity? { try status()?.identity }

    /// Returns whether the file currently holds some bytes.
    package func holds(_ content: FileContent) throws(FileFailure) -> Bool {
        guard let descriptor = try openIfPresent() else { return false }
        do throws(SystemCallFailure) { return try holds(content, in: descriptor.number) } catch {
            throw FileFailure(operation: "read", path: path, cause: error)
        }
    }

    /// Returns whether an open file holds some bytes.
    func holds(_ content: FileContent, in descriptor: CInt) throws(SystemCallFailure) -> Bool {
        var bytes = [UInt8](repeating: 0, count: content.bytes.count)
        let count = try bytes.withUnsafeMutableBufferPointer { buffer throws(SystemCallFailure) in
            try calls.readFully(descriptor, into: UnsafeMutableRawBufferPointer(buffer), at: content.offset)
        }
        return count == bytes.count && bytes == content.bytes
    }

    /// Opens the file for reading; returns `nil` if, and only if, it does not exist.
    ///
    /// - Parameter limit: The largest accepted size, in bytes.
    /// - Throws: ``FileFailure/Kind/notRegularFile`` for anything but a regular file, without ever waiting for it;
    ///   ``FileFailure/Kind/tooLarge`` if the file exceeds the limit.
    package func openForReading(limit: Int64 = .max) throws(FileFailure) -> FileReader? {
        guard let opened = try openExisting("read", for: .reading) else { return nil }
        guard opened.identity.size <= limit else {
            throw FileFailure(.tooLarge, operation: "read", path: path)
        }
        return FileReader(opened, path: path, calls: calls)
    }

    /// Opens the file for reading without reading its status again; returns `nil` if it does not exist.
    ///
    /// - Parameter identity: The identity that the caller has just read.
    package func openForReading(foundAs identity: FileIdentity) throws(FileFailure) -> FileReader? {
        guard let descriptor = try openIfPresent() else { return nil }
        return FileReader(OpenedFile(descriptor: descriptor, identity: identity), path: path, calls: calls)
    }

    /// Opens the file for reading without reading its status; returns `nil` if it does not exist.
    private func openIfPresent() throws(FileFailure) -> Descriptor? {
        do throws(SystemCallFailure) {
            return try Descriptor(opening: name, in: directory.number, for: .reading, calls: calls)
        } catch {
            if error.errno == ErrorNumber.noSuchFile { return nil }
            throw FileFailure(operation: "read", path: path, cause: error)
        }
    }
}
