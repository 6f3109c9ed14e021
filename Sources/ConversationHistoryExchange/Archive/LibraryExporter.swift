public import ConversationHistory
public import ConversationHistoryLibrary

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

    /// Whether what is in the trash is exported, as something that is in the trash.
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
    /// - Returns: What was written. A conversation whose history is damaged does not keep the others from being written,
    ///   nor does a file that is damaged keep the rest of its conversation.
    /// - Throws: `HistoryStoreError`, with the code `notFound` if one of `ids` is not there; or what the sink throws.
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
            var conversation: ArchivedConversation<Library.Message>?
            do throws(HistoryStoreError) {
                guard let found = try await read(id) else {
                    // One that was listed a moment ago may be gone.
                    guard ids == nil else { throw .noSuchConversation("export") }
                    continue
                }
                conversation = found
            } catch {
                guard Self.unreadable.contains(error.code) else { throw error }
                report.unreadable.append(.init(id: id, error: error))
            }
            if let conversation { try await write(conversation, with: &writer, &report, to: sink) }
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
    /// - Throws: `HistoryStoreError`, as ``export(_:progress:to:)``.
    public func exported(_ ids: [ConversationID]? = nil) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await export(ids) { bytes += $0 }
        return bytes
    }

    /// What says that a history cannot be read, and not that the library failed.
    private static var unreadable: Set<HistoryStoreError.Code> {
        [.damaged, .notAHistory, .newerVersion, .wrongMessageType, .undecodableMessage, .tooLarge]
    }

    /// Returns a conversation; `nil` if it is not there, or in the trash and that is not exported.
    private func read(
        _ id: ConversationID
    ) async throws(HistoryStoreError) -> ArchivedConversation<Library.Message>? {
        guard let conversation = try await library.contentsIfPresent(of: id) else { return nil }
        return includesTrash || !conversation.isDeleted ? conversation : nil
    }

    private func write(
        _ conversation: ArchivedConversation<Library.Message>,
        with writer: inout ArchiveWriter<Library.Message>,
        _ report: inout ExportReport,
        to sink: Sink
    ) async throws {
        try writer.begin(conversation)
        var position = HistoryWriter<Library.Message>.Position(startOf: conversation.snapshot)
        while try writer.writeRecords(of: conversation.snapshot, from: &position) {
            try await pass(&writer, &report, to: sink)
        }
        for file in conversation.files {
            writer.begin(file)
            for start in stride(from: 0, to: file.data.count, by: ArchiveFormat.dataCount) {
                writer.write(file.data[start..<min(start + ArchiveFormat.dataCount, file.data.count)])
                if writer.isFull { try await pass(&writer, &report, to: sink) }
            }
        }
        writer.end(conversation.id)
        report.conversationCount += 1
        report.problems += conversation.problems
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

/// What an export wrote.
public struct ExportReport: Hashable, Sendable {
    /// A conversation whose history cannot be read.
    public struct Unreadable: Hashable, Sendable {
        /// Its id.
        public var id: ConversationID

        /// Why.
        public var error: HistoryStoreError
    }

    /// How many conversations the archive holds.
    public var conversationCount = 0

    /// How many bytes it has.
    public var byteCount = 0

    /// The conversations that the archive does not hold, since their histories cannot be read.
    public var unreadable: [Unreadable] = []

    /// The files of conversations that the archive holds of which something cannot be read, so that it is not in the
    /// archive.
    public var problems: [LibraryProblem] = []

    /// Creates a report of nothing.
    public init() {}
}

/// How far an export or an import has come.
public struct ExchangeProgress: Hashable, Sendable {
    /// The conversation that was dealt with last.
    public var conversation: ConversationID

    /// How many conversations were dealt with.
    public var conversationCount: Int

    /// How many there are; `nil` if that is not known, as in an import.
    public var totalCount: Int?

    /// How many bytes of the archive were written or read.
    public var byteCount: Int
}
