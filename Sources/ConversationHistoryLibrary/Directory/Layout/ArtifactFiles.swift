import ConversationHistory
import DurableFiles

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The artifacts of one conversation, in a directory of their own.
///
/// The newest version of `task.md` is the file `task.md`; older ones are in `.versions`. What is known of them is in
/// `.records`, and is what counts: a version is there as soon as its record says so, and gone when that is renamed. All
/// that changes something is done by who holds the lock of the conversation.
struct ArtifactFiles {
    static let records = ".records"
    private static let versions = ".versions"
    private static let unreadable = "What is known of the artifact cannot be read."
    /// How the name of a record ends whose artifact is being removed.
    private static let removed = ".removed"
    /// How the name of a version in the archive begins that does not stand under its own name yet.
    private static let new = ".new-"

    private let home: DurableDirectory?
    private let library: LibraryDirectory

    /// - Parameter home: The directory; `nil` if there is none.
    init(_ home: DurableDirectory?, _ library: LibraryDirectory) {
        self.home = home
        self.library = library
    }

    /// How many artifacts there are.
    func count() throws(FileFailure) -> Int { try recordNames().count }

    /// Returns the names of all records.
    func recordNames() throws(FileFailure) -> [String] {
        guard let home else { return [] }
        let names = try home.subdirectory(Self.records)?.names() ?? []
        return names.filter { !$0.hasPrefix(".") && $0.hasSuffix(LibraryDirectory.ending) }
    }

    /// Returns all that is known of the artifacts, ordered by their names.
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

    /// Returns what is known of an artifact; `nil` if there is none.
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

    /// Returns the bytes of a version, after checking that they are those that were saved.
    func content(
        of record: ArtifactRecord,
        version number: Int,
        _ operation: String
    ) throws(HistoryStoreError) -> [UInt8] {
        let version = record.versions[number - 1]
        var found: [UInt8]?
        do throws(FileFailure) {
            // The newest one is there too if the save of one more was cut short.
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

    /// Returns an artifact in a version; in the newest one unless given.
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

    /// Reads all artifacts in all their versions; what is damaged is told, and keeps nothing else from being read.
    ///
    /// - Parameters:
    ///   - place: Where the directory is in that of the library.
    ///   - take: Is given each version that can be read, ordered by name and then by version.
    /// - Returns: The artifacts of which something cannot be read.
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
                // One is told once, however many of its versions are damaged.
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
            // Whoever was allowed to read the file is allowed to read its next version.
            let model = try home.status(of: stem).flatMap { $0.kind == .regular ? $0 : nil }
            let new = Self.new + version.archive
            var isMoved = false
            do throws(FileFailure) {
                try archive.file(new).replace(by: data, like: model, durability: library.durability)
                if let previous { isMoved = try archiveNewest(previous, stem, home, archive) }
                try records.file(stem + LibraryDirectory.ending)
                    .replace(by: record.encoded(), durability: library.durability)
            } catch {
                // Best effort: the version before is found in the archive as well. What is installed stays.
                if error.kind != .notDurable {
                    if isMoved, let previous { try? archive.move(previous.archive, to: home, as: stem) }
                    try? archive.remove(new)
                }
                throw error
            }
            // It is saved; this is for other programs, and done with the next one if it cannot be done now.
            try? archive.move(new, to: home, as: stem)
        } catch { throw HistoryStoreError(error, operation: operation) }
        return record.info(record.versions.count)
    }

    /// Puts what was the newest version until now to the other ones.
    ///
    /// - Returns: Whether it stood under its own name.
    private func archiveNewest(
        _ version: ArtifactRecord.Version,
        _ stem: String,
        _ home: DurableDirectory,
        _ archive: DurableDirectory
    ) throws(FileFailure) -> Bool {
        // If it is there already, what stands under the name was never acknowledged.
        if try archive.status(of: version.archive) != nil { return false }
        let isNamed = try archive.status(of: Self.new + version.archive) == nil
        if isNamed {
            // What others have removed is a version that cannot be read, and in nobody's way.
            guard try home.status(of: stem) != nil else { return false }
            try home.move(stem, to: archive, as: version.archive)
        } else {
            try archive.move(Self.new + version.archive, to: archive, as: version.archive)
        }
        try library.synchronize(archive)
        return isNamed
    }

    /// Removes an artifact in all its versions; one whose removal has failed on its way, and one whose record cannot be
    /// read, too.
    ///
    /// - Returns: Whether there was one.
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
            // In this moment it is gone; its record tells what is still to be done.
            try records.move(stem + LibraryDirectory.ending, to: records, as: stem + Self.removed)
            try library.synchronize(records)
            removeLeftovers(isThorough: false, except: stem)
            try finishRemoval(of: stem, records)
            // Which versions it had, nobody knows but by what the other records do not name.
            if !isReadable { removeLeftovers(isThorough: true) }
            return true
        } catch { throw HistoryStoreError(error, operation: operation) }
    }

    // MARK: - What is left

    /// Removes the bytes of an artifact whose record was taken away.
    ///
    /// - Returns: Whether there is such a one.
    @discardableResult
    private func finishRemoval(of stem: String, _ records: DurableDirectory) throws(FileFailure) -> Bool {
        guard let home, let bytes = try records.file(stem + Self.removed).content() else { return false }
        // Of one that cannot be read the versions are found as those of no record.
        let versions = (try? ArtifactRecord(decoding: bytes))?.versions ?? []
        // Unless one of the name was saved since.
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

    /// Removes what processes have left that ended while they changed something; best effort.
    ///
    /// - Parameters:
    ///   - isThorough: Whether every version in the archive is looked for in the records, which reads all of those.
    ///   - stem: An artifact of which nothing is removed.
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
            // What stays is found the next time.
        }
    }

    /// Whether there is something that ``removeLeftovers(isThorough:except:)`` would remove.
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

    /// Returns the versions in the archive that belong to no artifact, as far as that can be told.
    private func unneeded(in archive: DurableDirectory, isThorough: Bool) throws(FileFailure) -> [String] {
        let names = try archive.names().filter { name in
            !DurableDirectory.isTemporary(name) && (isThorough || name.hasPrefix(Self.new))
        }
        guard !names.isEmpty else { return [] }
        var needed: Set<String> = []
        for name in try recordNames() {
            // One that cannot be read may be that of any version.
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
    /// Returns the whole content, or `nil` if there is no file.
    ///
    /// - Parameter count: How many bytes it should have; with any other number of them it is none that is looked for.
    fileprivate func content(count: Int? = nil) throws(FileFailure) -> [UInt8]? {
        guard let reader = try openForReading(limit: count == nil ? 64 << 20 : .max) else { return nil }
        if let count, reader.identity.size != count { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(reader.identity.size))
        let read = try bytes.withUnsafeMutableBufferPointer { buffer throws(FileFailure) in
            try reader.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        }
        return Array(bytes.prefix(read))
    }

    /// Replaces the file by bytes.
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
