extension DurableFile {
    private static let copiedAtOnce = 1 << 20

    /// Replaces another file by a copy of this one, as it is when it is opened.
    ///
    /// - Returns: Whether this file exists.
    package func copy(to other: DurableFile, durability: Durability) throws(FileFailure) -> Bool {
        guard let reader = try openForReading() else { return false }
        let part = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.copiedAtOnce, alignment: 1)
        defer { part.deallocate() }
        _ = try other.replace(durability: durability) { output throws(FileFailure) in
            var offset: Int64 = 0
            while true {
                let count = try reader.read(into: part, at: offset)
                try output.write(UnsafeRawBufferPointer(rebasing: part[..<count]))
                offset += Int64(count)
                if count < part.count { return }
            }
        }
        return true
    }
}

extension DurableDirectory {
    /// Copies the files and subdirectories of this directory into another one.
    ///
    /// Lock files, temporary files, and anything that is neither a file nor a directory are left out.
    package func copyAll(to other: DurableDirectory, durability: Durability) throws(FileFailure) {
        for name in try names() where !SiblingNames.isAnyOurs(name) {
            switch try status(of: name)?.kind {
            case .regular:
                _ = try file(name).copy(to: other.file(name), durability: durability)
            case .directory:
                guard let inner = try subdirectory(name) else { continue }
                try inner.copyAll(
                    to: other.subdirectory(creating: name, durability: durability),
                    durability: durability
                )
            default:
                continue
            }
        }
    }
}
