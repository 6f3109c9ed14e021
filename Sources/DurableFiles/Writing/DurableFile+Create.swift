/// Creation of a file for a library that writes the file itself, but would create it with the wrong mode.
extension DurableFile {
    /// Creates the file, empty and with mode 0600, if its name is free.
    ///
    /// The file gets its name only after it is closed: when a process closes a file, it releases all its POSIX locks on
    /// the file, including those of a library that has opened it meanwhile.
    ///
    /// - Returns: Whether the file was created.
    /// - Throws: ``FileFailure/Kind/notRegularFile`` if the name belongs to anything but a regular file.
    @discardableResult
    package func createIfMissing() throws(FileFailure) -> Bool {
        if try status("create") != nil { return false }
        let temporary = try createNew("create") { [names] _ in names.temporary() }.name
        // A leftover is removed as stale later.
        defer { try? calls.unlink(temporary, in: directory.number) }
        do throws(SystemCallFailure) {
            // Do not repeat an interrupted call: it may have succeeded.
            try calls.link(temporary, to: name, in: directory.number)
            return true
        } catch {
            if ErrorNumber.noLinks.contains(error.errno) { return try createInPlace() }
            if error.errno == ErrorNumber.fileExists { return false }
            // A call that reports a failure may have succeeded.
            guard try status("create") != nil else { throw FileFailure(operation: "create", path: path, cause: error) }
            return true
        }
    }

    /// Creates the file if it is missing, where the file system does not support a second name.
    private func createInPlace() throws(FileFailure) -> Bool {
        do throws(FileFailure) {
            try create()
            return true
        } catch {
            guard error.cause?.errno == ErrorNumber.fileExists else { throw error }
            return false
        }
    }

    /// Creates the file, empty and with mode 0600.
    ///
    /// - Throws: A failure with `EEXIST` if the name is taken.
    package func create() throws(FileFailure) {
        do throws(SystemCallFailure) {
            var descriptor = try Descriptor(opening: name, in: directory.number, for: .creating, calls: calls)
            try descriptor.close()
        } catch {
            throw FileFailure(operation: "create", path: path, cause: error)
        }
    }

    /// Makes the created and removed names in the file's directory durable.
    package func synchronizeName() throws(FileFailure) {
        do throws(SystemCallFailure) {
            try synchronizeDirectory()
        } catch {
            throw FileFailure(.notDurable, operation: "synchronize the directory of", path: path, cause: error)
        }
    }

    /// Removes the file.
    package func remove() throws(FileFailure) {
        try attempt("remove") { () throws(SystemCallFailure) in
            try calls.unlink(name, in: directory.number)
        }
    }
}
