extension DurableFile {
    /// Returns which file stands under the name now, and in what state; `nil` if there is none.
    ///
    /// - Throws: ``FileFailure/Kind/notRegularFile`` if it is anything but a regular file.
    package func identity() throws(FileFailure) -> FileIdentity? {
        try status("inspect")?.identity
    }

    /// Opens the file for reading; `nil` if, and only if, there is none.
    ///
    /// - Parameter limit: The largest size that is accepted, in bytes.
    /// - Throws: ``FileFailure/Kind/notRegularFile`` if it is anything but a regular file, which is never waited for;
    ///   ``FileFailure/Kind/tooLarge``.
    package func openForReading(limit: Int64 = .max) throws(FileFailure) -> FileReader? {
        guard let opened = try openExisting("read", for: .reading) else { return nil }
        guard opened.identity.size <= limit else {
            throw FileFailure(.tooLarge, operation: "read", path: path)
        }
        return FileReader(opened, path: path, calls: calls)
    }
}
