import DurableFiles

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The artifacts of one conversation, in a directory of their own.
///
/// The newest version of `task.md` is the file `task.md`; older ones are in `.versions`. What is known of them is in
/// `.records`, and is what counts: a version is there as soon as its record says so, and gone when that is removed.
struct ArtifactFiles {
    static let records = ".records"
    private static let versions = ".versions"

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
        let names: [String]
        do throws(FileFailure) { names = try recordNames() } catch {
            throw HistoryStoreError(error, operation: operation)
        }
        var records: [ArtifactRecord] = []
        for name in names {
            if let record = try record(in: name, operation) { records.append(record) }
        }
        return records.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
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
            throw damaged(operation, "What is known of the artifact cannot be read.")
        }
    }

    /// Returns the bytes of a version, after checking that they are those that were saved.
    func content(
        of record: ArtifactRecord,
        version number: Int,
        _ operation: String
    ) throws(HistoryStoreError) -> [UInt8] {
        let version = record.versions[number - 1]
        let found: [UInt8]?
        do throws(FileFailure) {
            // The newest one is there too if the save of one more was cut short.
            if let old = try home?.subdirectory(Self.versions)?.file(version.archive).content() {
                found = old
            } else if number == record.versions.count {
                found = try home?.file(LibraryFileName.encode(record.name)).content()
            } else {
                found = nil
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
        guard (1...record.versions.count).contains(number) else { throw .noSuchArtifact(operation) }
        return Artifact(info: record.info(number), data: try content(of: record, version: number, operation))
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
        record.versions.append(
            ArtifactRecord.Version(
                type: type,
                byteCount: data.count,
                created: created,
                checksum: Self.checksum(of: data),
                archive: EntryID.unique().rawValue
            )
        )
        do throws(FileFailure) {
            guard let home else {
                throw FileFailure(.invalidPath, operation: "save an artifact in", path: library.path)
            }
            let archive = try home.subdirectory(creating: Self.versions, durability: library.durability)
            let records = try home.subdirectory(creating: Self.records, durability: library.durability)
            // If the newest version is in the archive already, what stands under the name was never acknowledged.
            let wasMoved: Bool
            if let previous, try archive.status(of: previous.archive) == nil {
                try home.move(stem, to: archive, as: previous.archive)
                try library.synchronize(archive)
                wasMoved = true
            } else {
                wasMoved = false
            }
            do throws(FileFailure) {
                try home.file(stem).replace(by: data, durability: library.durability)
                try records.file(stem + LibraryDirectory.ending)
                    .replace(by: record.encoded(), durability: library.durability)
            } catch {
                // Best effort: the version before is found in the archive as well. What is installed stays.
                if wasMoved, let previous, error.kind != .notDurable {
                    try? archive.move(previous.archive, to: home, as: stem)
                }
                throw error
            }
        } catch { throw HistoryStoreError(error, operation: operation) }
        return record.info(record.versions.count)
    }

    /// Removes an artifact in all its versions.
    func remove(_ record: ArtifactRecord, _ operation: String) throws(HistoryStoreError) {
        let stem = LibraryFileName.encode(record.name)
        do throws(FileFailure) {
            guard let home, let records = try home.subdirectory(Self.records) else { return }
            try records.remove(stem + LibraryDirectory.ending)
            try library.synchronize(records)
            if try home.status(of: stem) != nil { try home.remove(stem) }
            guard let archive = try home.subdirectory(Self.versions) else { return }
            for version in record.versions where try archive.status(of: version.archive) != nil {
                try archive.remove(version.archive)
            }
        } catch { throw HistoryStoreError(error, operation: operation) }
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
    fileprivate func content() throws(FileFailure) -> [UInt8]? {
        guard let reader = try openForReading(limit: 1 << 31) else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(reader.identity.size))
        let count = try bytes.withUnsafeMutableBufferPointer { buffer throws(FileFailure) in
            try reader.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        }
        return Array(bytes.prefix(count))
    }

    /// Replaces the file by bytes.
    fileprivate func replace(by bytes: [UInt8], durability: DurableFiles.Durability) throws(FileFailure) {
        _ = try replace(durability: durability) { output throws(FileFailure) in
            try bytes.withUnsafeBufferPointer { bytes throws(FileFailure) in
                try output.write(UnsafeRawBufferPointer(bytes))
            }
        }
        removeStaleTemporaries(olderThan: 86400)
    }
}
