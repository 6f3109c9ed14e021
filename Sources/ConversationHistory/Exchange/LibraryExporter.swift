/// Writes the conversations of a library into an archive.
///
/// ```swift
/// let exporter = LibraryExporter(library.scoped(to: owner))
/// try await exporter.export { part in try file.write(part) }
/// ```
///
/// An archive holds all that is said and kept: histories as they are stored, what was rewound, artifacts in all their
/// versions. It is JSON Lines, in the order of the conversations' ids, so the same library makes the same bytes, wherever
/// it lives. What belongs to a library and not to its conversations is left out: revisions, and the dates of artifacts
/// and of deletions.
///
/// What the library's scope does not show is not exported.
public struct LibraryExporter<Library: ConversationLibrary>: Sendable {
    /// Takes the next part of an archive.
    public typealias Sink = (_ part: [UInt8]) async throws -> Void

    private let library: Library

    /// Whether what is in the trash is exported.
    ///
    /// It can be read only while it is taken out of the trash for a moment; its date of deletion is then a new one.
    public var includesTrash: Bool

    /// Creates an exporter.
    ///
    /// - Parameters:
    ///   - library: The library, which may be a scoped one.
    ///   - includesTrash: Whether what is in the trash is exported.
    public init(_ library: Library, includesTrash: Bool = false) {
        self.library = library
        self.includesTrash = includesTrash
    }

    /// Writes an archive, part after part; one conversation at a time is in memory.
    ///
    /// - Parameters:
    ///   - ids: The conversations; all of them, unless given.
    ///   - progress: Is called after each conversation.
    ///   - sink: Takes the parts of the archive.
    /// - Returns: What was written. A conversation whose history is damaged does not keep the others from being written.
    /// - Throws: ``HistoryStoreError``, with the code `notFound` if one of `ids` is not there; or what the sink throws.
    ///   What was written until then is not an archive that can be imported.
    @discardableResult
    public func export(
        _ ids: [ConversationID]? = nil,
        progress: (ExchangeProgress) -> Void = { _ in },
        to sink: Sink
    ) async throws -> ExportReport {
        let all: [ConversationID]
        if let ids { all = Set(ids).sorted() } else { all = try await library.allIDs(includingTrash: includesTrash) }
        var writer = ArchiveWriter<Library.Message>()
        var report = ExportReport()
        writer.begin()
        for (index, id) in all.enumerated() {
            guard let info = try await library.infoIfPresent(of: id), info.deleted == nil || includesTrash else {
                // One that was listed a moment ago may be gone.
                guard ids == nil else { throw HistoryStoreError.noSuchConversation("export") }
                continue
            }
            try await write(info, with: &writer, &report, to: sink)
            progress(
                ExchangeProgress(
                    conversation: id,
                    conversationCount: index + 1,
                    totalCount: all.count,
                    byteCount: report.byteCount
                )
            )
        }
        writer.end()
        try await pass(&writer, &report, to: sink)
        return report
    }

    /// Writes an archive into memory.
    ///
    /// - Parameter ids: The conversations; all of them, unless given.
    /// - Throws: ``HistoryStoreError``, as ``export(_:progress:to:)``.
    public func exported(_ ids: [ConversationID]? = nil) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await export(ids) { bytes += $0 }
        return bytes
    }

    private func write(
        _ info: ConversationInfo,
        with writer: inout ArchiveWriter<Library.Message>,
        _ report: inout ExportReport,
        to sink: Sink
    ) async throws {
        guard info.deleted != nil else {
            return try await writeLive(info.id, isDeleted: false, with: &writer, &report, to: sink)
        }
        try await library.restore(info.id)
        let failure = await failureOfWriting(info.id, with: &writer, &report, to: sink)
        // The first failure is the one to be told.
        if let failure {
            _ = await failureOfDeleting(info.id)
            throw failure
        }
        if let failure = await failureOfDeleting(info.id) { throw failure }
    }

    // Not part of the function above: as one, they make the optimizer of Swift 6.3 crash.
    private func failureOfWriting(
        _ id: ConversationID,
        with writer: inout ArchiveWriter<Library.Message>,
        _ report: inout ExportReport,
        to sink: Sink
    ) async -> (any Error)? {
        do {
            try await writeLive(id, isDeleted: true, with: &writer, &report, to: sink)
            return nil
        } catch { return error }
    }

    private func failureOfDeleting(_ id: ConversationID) async -> (any Error)? {
        do {
            try await library.delete(id)
            return nil
        } catch { return error }
    }

    private func writeLive(
        _ id: ConversationID,
        isDeleted: Bool,
        with writer: inout ArchiveWriter<Library.Message>,
        _ report: inout ExportReport,
        to sink: Sink
    ) async throws {
        let snapshot: ConversationSnapshot<Library.Message>
        do throws(HistoryStoreError) {
            guard let loaded = try await library.store(for: id).load() else { return }
            snapshot = loaded
        } catch {
            guard [.damaged, .notAHistory, .newerVersion, .wrongMessageType, .tooLarge].contains(error.code) else {
                throw error
            }
            report.unreadable.append(.init(id: id, error: error))
            return
        }
        let files = try await library.artifactsInOrder(in: id)
        let fileCount = files.reduce(0) { $0 + max(1, $1.version) }
        try writer.begin(id, snapshot, isDeleted: isDeleted, fileCount: fileCount)
        var position = HistoryWriter<Library.Message>.Position()
        while try writer.writeRecords(of: snapshot, from: &position) { try await pass(&writer, &report, to: sink) }
        for file in files {
            for version in 1...max(1, file.version) {
                let artifact = try await library.artifact(named: file.name, version: version, in: id)
                writer.begin(artifact.info, byteCount: artifact.data.count)
                for start in stride(from: 0, to: artifact.data.count, by: ArchiveFormat.dataCount) {
                    writer.write(artifact.data[start..<min(start + ArchiveFormat.dataCount, artifact.data.count)])
                    if writer.isFull { try await pass(&writer, &report, to: sink) }
                }
            }
        }
        writer.end(id)
        report.conversationCount += 1
        if writer.isFull { try await pass(&writer, &report, to: sink) }
    }

    private func pass(
        _ writer: inout ArchiveWriter<Library.Message>,
        _ report: inout ExportReport,
        to sink: Sink
    ) async throws {
        let part = writer.take()
        report.byteCount += part.count
        try await sink(part)
    }
}
