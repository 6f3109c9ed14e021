import ConversationHistory
import DurableFiles

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The artifacts of one conversation, in a directory of their own.
///
/// The newest version of `task.md` is the file `task.md`; older versions are in `.versions`. The records in `.records`
/// are authoritative: a version exists as soon as its record lists it, and no longer when the record is renamed. Every
/// change requires the lock of the conversation.
struct ArtifactFiles {
    static let records = ".records"
    private static let versions = ".versions"
    private static let unreadable = "What is known of the artifact cannot be read."
    /// The ending of the record of an artifact that is being removed.
    private static let removed = ".removed"
    /// The prefix of a version in the archive that doesn't have the artifact's name yet.
    private static let new = ".new-"

    private let home: DurableDirectory?
    private let library: LibraryDirectory

    /// Creates access to a directory.
    ///
    /// - Parameters:
    ///   - home: The directory; `nil` if it doesn't exist.
    ///   - library: The directory of the library.
    init(_ home: DurableDirectory?, _ library: LibraryDirectory) {
        self.home = home
        self.library = library
    }

    /// Returns the number of artifacts.
    func count() throws(FileFailure) -> Int { try recordNames().count }

    /// Returns the file names of all records.
    func recordNames() throws(FileFailure) -> [String] {
        guard let home else { return [] }
        let names = try home.subdirectory(Self.records)?.names() ?? []
        return names.filter { !$0.hasPrefix(".") && $0.hasSuffix(LibraryDirectory.ending) }
    }

    /// Returns the records of all artifacts, ordered by name.
    func all(_ operation: String) throws(HistoryStoreError) -> [ArtifactRecord] {
        var records: [ArtifactRecord] = []
        for name in try names(operation) {
            if let record = try record(in: name, operation) { records.append(record) }
        }
        return records.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private func names(_ operation: String) throws(HistoryStoreError) -> [String] {
        do throws(FileFailure) { return try recordNames() } catch {
            throw HistoryStoreError(error, operation: operation)
        }
    }

    /// Returns the record of an artifact; `nil` if it doesn't exist.
    func record(of name: String, _ operation: String) throws(HistoryStoreError) -> ArtifactRecord? {
        try record(in: LibraryFileName.encode(name) + LibraryDirectory.ending, operation)
    }

    func record(in file: String, _ operation: String) throws(HistoryStoreError) -> ArtifactRecord? {
        let bytes: [UInt8]?
        do throws(FileFailure) { bytes = try home?.subdirectory(Self.records)?.file(file).content() } catch {
            throw HistoryStoreError(error, operation: operation)
        }
        guard let bytes else { return nil }
        do throws(JSONError) { return try ArtifactRecord(decoding: bytes) } catch {
            throw HistoryStoreError(
                .damaged,
                operation: operation,
                location: "\(home?.path ?? library.path)/\(Self.records)/\(file)",
                reason: Self.unreadable
            )
        }
    }

    /// Returns the content of a version after verifying its checksum.
    func content(
        of record: ArtifactRecord,
        version number: Int,
        _ operation: String
    ) throws(HistoryStoreError) -> [UInt8] {
        let version = record.versions[number - 1]
        var found: [UInt8]?
        do throws(FileFailure) {
            // After an interrupted save of a further version, the newest one is in the archive as well.
            if let archive = try home?.subdirectory(Self.versions) {
                found = try archive.file(version.archive).content(count: version.byteCount)
                if found == nil, number == record.versions.count {
                    found = try archive.file(Self.new + version.archive).content(count: version.byteCount)
                }
            }
            if found == nil, number == record.versions.count {
                found = try home?.file(LibraryFileName.encode(record.name)).content(count: version.byteCount)
            }
        } catch { throw HistoryStoreError(error, operation: operation) }
        guard let found, found.count == version.byteCount, Self.checksum(of: found) == version.checksum else {
            throw damaged(operation, "An artifact is missing, or is not as it was saved.")
        }
        return found
    }

    /// Returns a version of an artifact, by default the newest one.
    func artifact(
        named name: String,
        version: Int?,
        _ operation: String
    ) throws(HistoryStoreError) -> Artifact {
        guard let record = try record(of: name, operation) else { throw .noSuchArtifact(operation) }
        let number = version ?? record.versions.count
        guard record.versions.indices.contains(number &- 1) else { throw .noSuchArtifact(operation) }
        return Artifact(info: record.info(number), data: try content(of: record, version: number, operation))
    }

    /// Reads all artifacts in all their versions; damage is reported and doesn't stop the rest from being read.
    ///
    /// - Parameters:
    ///   - id: The conversation.
    ///   - place: The path of the directory within the library.
    ///   - operation: The operation to name in errors.
    ///   - take: Receives each readable version, ordered by name and then by version.
    /// - Returns: The artifacts with unreadable versions.
    func readAll(
        of id: ConversationID,
        at place: String,
        _ operation: String,
        _ take: (Artifact) -> Void
    ) throws(HistoryStoreError) -> [LibraryProblem] {
        var problems: [LibraryProblem] = []
        func attempt(_ file: String, _ body: () throws(HistoryStoreError) -> Void) throws(HistoryStoreError) -> Bool {
            do throws(HistoryStoreError) {
                try body()
                return true
            } catch {
                guard error.code == .damaged else { throw error }
                let description = "\(error.reason) Its record is \(place)/\(Self.records)/\(file)."
                problems.append(LibraryProblem(.damagedArtifact, conversation: id, description: description))
                return false
            }
        }
        var records: [(file: String, record: ArtifactRecord)] = []
        for file in try names(operation).sorted() {
            _ = try attempt(file) { () throws(HistoryStoreError) in
                if let record = try record(in: file, operation) { records.append((file, record)) }
            }
        }
        records.sort { $0.record.name.utf8.lexicographicallyPrecedes($1.record.name.utf8) }
        for (file, record) in records {
            var isWhole = true
            for index in record.versions.indices {
                let isRead = try attempt(file) { () throws(HistoryStoreError) in
                    let data = try content(of: record, version: index + 1, operation)
                    take(Artifact(info: record.info(index + 1), data: data))
                }
                // Reports an artifact once, regardless of the number of its damaged versions.
                if !isRead, !isWhole { problems.removeLast() }
                isWhole = isWhole && isRead
            }
        }
        return problems
    }

    /// Adds a version.
    func save(
        _ data: [UInt8],
        named name: String,
        type: String?,
        created: Date = .now.storable,
        _ operation: String
    ) throws(HistoryStoreError) -> ArtifactInfo {
        var record = try record(of: name, operation) ?? ArtifactRecord(name: name)
        let stem = LibraryFileName.encode(name)
        let previous = record.versions.last
        let version = ArtifactRecord.Version(
            type: type,
            byteCount: data.count,
            created: created,
            checksum: Self.checksum(of: data),
            archive: EntryID.unique().rawValue
        )
        record.versions.append(version)
        do throws(FileFailure) {
            guard let home else {
                throw FileFailure(.invalidPath, operation: "save an artifact in", path: library.path)
            }
            let archive = try home.subdirectory(creating: Self.versions, durability: library.durability)
            let records = try home.subdirectory(creating: Self.records, durability: library.durability)
            try finishRemoval(of: stem, records)
            removeLeftovers(isThorough: false)
            // Everyone who may read the file may read its next version.
            let model = try home.status(of: stem).flatMap { $0.kind == .regular ? $0 : nil }
            let new = Self.new + version.archive
            var isMoved = false
            do throws(FileFailure) {
                try archive.file(new).replace(by: data, like: model, durability: library.durability)
                if let previous { isMoved = try archiveNewest(previous, stem, home, archive) }
                try records.file(stem + LibraryDirectory.ending)
                    .replace(by: record.encoded(), durability: library.durability)
            } catch {
                // Best effort: the previous version is also found in the archive. After `notDurable`, the new version
                // is in place.
                if error.kind != .notDurable {
                    if isMoved, let previous { try? archive.move(previous.archive, to: home, as: stem) }
                    try? archive.remove(new)
                }
                throw error
            }
            // The version is saved. The move only serves other programs, and the next save can do it as well.
            try? archive.move(new, to: home, as: stem)
        } catch { throw HistoryStoreError(error, operation: operation) }
        return record.info(record.versions.count)
    }

    /// Moves the previously newest version to its final name in the archive.
    ///
    /// - Returns: Whether it was moved from the artifact's own name.
    private func archiveNewest(
        _ version: ArtifactRecord.Version,
        _ stem: String,
        _ home: DurableDirectory,
        _ archive: DurableDirectory
    ) throws(FileFailure) -> Bool {
        // If it is in the archive already, the file with the artifact's name was never acknowledged.
        if try archive.status(of: version.archive) != nil { return false }
        let isNamed = try archive.status(of: Self.new + version.archive) == nil
        if isNamed {
            // A version that another program has removed is unreadable, but doesn't stop the save.
            guard try home.status(of: stem) != nil else { return false }
            try home.move(stem, to: archive, as: version.archive)
        } else {
            try archive.move(Self.new + version.archive, to: archive, as: version.archive)
        }
        try library.synchronize(archive)
        return isNamed
    }

    /// Removes an artifact in all its versions.
    ///
    /// This includes an artifact whose removal was interrupted, and one whose record cannot be read.
    ///
    /// - Returns: Whether the artifact existed.
    func remove(named name: String, _ operation: String) throws(HistoryStoreError) -> Bool {
        let stem = LibraryFileName.encode(name)
        var (isThere, isReadable) = (true, true)
        do throws(HistoryStoreError) { isThere = try record(of: name, operation) != nil } catch {
            guard error.code == .damaged else { throw error }
            isReadable = false
        }
        do throws(FileFailure) {
            guard let home, let records = try home.subdirectory(Self.records) else { return false }
            guard isThere else { return try finishRemoval(of: stem, records) }
            try finishRemoval(of: stem, records)
            // This removes the artifact; the renamed record lists the files that are left to remove.
            try records.move(stem + LibraryDirectory.ending, to: records, as: stem + Self.removed)
            try library.synchronize(records)
            removeLeftovers(isThorough: false, except: stem)
            try finishRemoval(of: stem, records)
            // Without a readable record, the versions are found as those that no other record lists.
            if !isReadable { removeLeftovers(isThorough: true) }
            return true
        } catch { throw HistoryStoreError(error, operation: operation) }
    }

    // MARK: - Leftovers

    /// Removes the files of an artifact whose record was renamed for removal.
    ///
    /// - Returns: Whether there is such a record.
    @discardableResult
    private func finishRemoval(of stem: String, _ records: DurableDirectory) throws(FileFailure) -> Bool {
        guard let home, let bytes = try records.file(stem + Self.removed).content() else { return false }
        // If the record cannot be read, the versions are found as those that no record lists.
        let versions = (try? ArtifactRecord(decoding: bytes))?.versions ?? []
        // Unless an artifact of the same name was saved since.
        if try records.status(of: stem + LibraryDirectory.ending) == nil, try home.status(of: stem) != nil {
            try home.remove(stem)
        }
        if let archive = try home.subdirectory(Self.versions) {
            for name in versions.flatMap({ [$0.archive, Self.new + $0.archive] })
            where try archive.status(of: name) != nil {
                try archive.remove(name)
            }
        }
        try records.remove(stem + Self.removed)
        return true
    }

    /// Removes the leftovers of interrupted changes; best effort.
    ///
    /// - Parameters:
    ///   - isThorough: Whether to check every version in the archive, which reads all records.
    ///   - stem: The stem of an artifact to keep.
    func removeLeftovers(isThorough: Bool, except stem: String? = nil) {
        do throws(FileFailure) {
            guard let home else { return }
            home.removeAbandonedTemporaries(among: try home.names())
            guard let records = try home.subdirectory(Self.records) else { return }
            let names = try records.names()
            records.removeAbandonedTemporaries(among: names)
            for name in names where name.hasSuffix(Self.removed) && name != (stem ?? "") + Self.removed {
                try finishRemoval(of: String(name.dropLast(Self.removed.count)), records)
            }
            guard let archive = try home.subdirectory(Self.versions) else { return }
            archive.removeAbandonedTemporaries(among: try archive.names())
            for name in try unneeded(in: archive, isThorough: isThorough) { try archive.remove(name) }
        } catch {
            // The next call finds the remaining files.
        }
    }

    /// Returns whether ``removeLeftovers(isThorough:except:)`` would remove anything.
    func hasLeftovers() throws(FileFailure) -> Bool {
        guard let home else { return false }
        let records = try home.subdirectory(Self.records)
        let archive = try home.subdirectory(Self.versions)
        for directory in [home, records, archive] {
            let names = try directory?.names() ?? []
            if names.contains(where: DurableDirectory.isTemporary) { return true }
        }
        if try records?.names().contains(where: { $0.hasSuffix(Self.removed) }) == true { return true }
        guard let archive else { return false }
        return try !unneeded(in: archive, isThorough: true).isEmpty
    }

    /// Returns the versions in the archive that certainly belong to no artifact.
    private func unneeded(in archive: DurableDirectory, isThorough: Bool) throws(FileFailure) -> [String] {
        let names = try archive.names().filter { name in
            !DurableDirectory.isTemporary(name) && (isThorough || name.hasPrefix(Self.new))
        }
        guard !names.isEmpty else { return [] }
        var needed: Set<String> = []
        for name in try recordNames() {
            // An unreadable record may list any version.
            guard let record = try? record(in: name, "look for") else { return [] }
            for version in record.versions { needed.insert(version.archive) }
        }
        return names.filter { name in
            !needed.contains(name.hasPrefix(Self.new) ? String(name.dropFirst(Self.new.count)) : name)
        }
    }

    private func damaged(_ operation: String, _ reason: String) -> HistoryStoreError {
        HistoryStoreError(.damaged, operation: operation, location: home?.path ?? library.path, reason: reason)
    }

    private static func checksum(of data: [UInt8]) -> UInt32 {
        var checksum = CRC32()
        data.withUnsafeBytes { checksum.update($0) }
        return checksum.value
    }
}

extension DurableFile {
    /// Returns the whole content; `nil` if there is no file.
    ///
    /// - Parameter count: The expected number of bytes; a file with another size counts as missing.
    fileprivate func content(count: Int? = nil) throws(FileFailure) -> [UInt8]? {
        guard let reader = try openForReading(limit: count == nil ? 64 << 20 : .max) else { return nil }
        if let count, reader.identity.size != count { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(reader.identity.size))
        let read = try bytes.withUnsafeMutableBufferPointer { buffer throws(FileFailure) in
            try reader.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        }
        return Array(bytes.prefix(read))
    }

    /// Replaces the content of the file.
    fileprivate func replace(
        by bytes: [UInt8],
        like model: FileStatus? = nil,
        durability: DurableFiles.Durability
    ) throws(FileFailure) {
        _ = try replace(durability: durability, like: model) { output throws(FileFailure) in
            try bytes.withUnsafeBufferPointer { bytes throws(FileFailure) in
                try output.write(UnsafeRawBufferPointer(bytes))
            }
        }
    }
}
