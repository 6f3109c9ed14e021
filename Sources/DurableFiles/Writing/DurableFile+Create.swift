/// For libraries that write a file themselves, but would not create it with the mode that it should have.
extension DurableFile {
    /// Creates the file, empty and with mode 0600, if nothing stands under its name.
    ///
    /// The file has its name only once it is closed: a process that closes a file gives back every POSIX lock that it
    /// has on it, also those of a library that opened the file meanwhile.
    ///
    /// - Returns: Whether the file was created.
    /// - Throws: ``FileFailure/Kind/notRegularFile`` if anything but a regular file stands there.
    @discardableResult
    package func createIfMissing() throws(FileFailure) -> Bool {
        if try status("create") != nil { return false }
        let temporary = try createNew("create") { [names] _ in names.temporary() }.name
        // If it stays, it is removed as a stale one later.
        defer { try? calls.unlink(temporary, in: directory.number) }
        do throws(SystemCallFailure) {
            // Not repeated when interrupted: the first call may have been carried out.
            try calls.link(temporary, to: name, in: directory.number)
            return true
        } catch {
            if ErrorNumber.noLinks.contains(error.errno) { return try createInPlace() }
            if error.errno == ErrorNumber.fileExists { return false }
            // What reports a failure may have been carried out all the same.
            guard try status("create") != nil else { throw FileFailure(operation: "create", path: path, cause: error) }
            return true
        }
    }

    /// Does so where a file cannot have two names.
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
    /// - Throws: A failure with `EEXIST` if anything stands under the name.
    package func create() throws(FileFailure) {
        do throws(SystemCallFailure) {
            var descriptor = try Descriptor(opening: name, in: directory.number, for: .creating, calls: calls)
            try descriptor.close()
        } catch {
            throw FileFailure(operation: "create", path: path, cause: error)
        }
    }

    /// Makes the names in the file's directory durable: those that were created, and those that were removed.
    package func synchronizeName() throws(FileFailure) {
        do throws(SystemCallFailure) {
            try synchronizeDirectory()
        } catch {
            throw FileFailure(.notDurable, operation: "synchronise the directory of", path: path, cause: error)
        }
    }

    /// Removes the file.
    package func remove() throws(FileFailure) {
        try attempt("remove") { () throws(SystemCallFailure) in
            try calls.unlink(name, in: directory.number)
        }
    }
}
