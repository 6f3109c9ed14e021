public import ConversationHistory
public import ConversationHistoryLibrary

/// An exporter that writes the conversations of a library into an archive.
///
/// ```swift
/// let exporter = LibraryExporter(library.scoped(to: owner))
/// try await exporter.export { part in try file.write(part) }
/// ```
///
/// An archive holds complete conversations: the stored histories, the rewound entries, and the artifacts in all their
/// versions. It is JSON Lines, ordered by conversation id, so the same library always produces the same bytes,
/// whichever kind of library it is. Properties of the library are left out: revisions, and the dates of artifacts and
/// of deletions.
///
/// Conversations outside the library's scope are not exported.
public struct LibraryExporter<Library: ConversationLibrary>: Sendable {
    /// A closure that receives the next part of an archive.
    public typealias Sink = (_ part: [UInt8]) async throws -> Void

    private let library: Library

    /// Whether to export conversations in the trash, marked as such.
    public var includesTrash: Bool

    /// Creates an exporter.
    ///
    /// - Parameters:
    ///   - library: The library, which may be scoped.
    ///   - includesTrash: Whether to export conversations in the trash.
    public init(_ library: Library, includesTrash: Bool = false) {
        self.library = library
        self.includesTrash = includesTrash
    }

    /// Writes an archive in parts, with one conversation at a time in memory.
    ///
    /// - Parameters:
    ///   - ids: The conversations to export. Defaults to all.
    ///   - progress: A closure to call after each conversation.
    ///   - sink: A closure that receives the parts of the archive.
    /// - Returns: A report. A damaged history does not stop the export of the other conversations, nor does a damaged
    ///   file stop the export of the rest of its conversation.
    /// - Throws: `HistoryStoreError`, with the code `notFound` if one of `ids` does not exist; or an error of the sink.
    ///   The parts written until then are not an importable archive.
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
                    // A listed conversation may have been removed since.
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

    /// Returns an archive in memory.
    ///
    /// - Parameter ids: The conversations to export. Defaults to all.
    /// - Throws: `HistoryStoreError`, as ``export(_:progress:to:)``.
    public func exported(_ ids: [ConversationID]? = nil) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await export(ids) { bytes += $0 }
        return bytes
    }

    /// The codes of an unreadable history, as opposed to a failing library.
    private static var unreadable: Set<HistoryStoreError.Code> {
        [.damaged, .notAHistory, .newerVersion, .wrongMessageType, .undecodableMessage, .tooLarge]
    }

    /// Returns a conversation; `nil` if it does not exist, or is in the trash and the trash is not exported.
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

/// The result of an export.
public struct ExportReport: Hashable, Sendable {
    /// A conversation whose history cannot be read.
    public struct Unreadable: Hashable, Sendable {
        /// The conversation's id.
        public var id: ConversationID

        /// The reason.
        public var error: HistoryStoreError
    }

    /// The number of conversations in the archive.
    public var conversationCount = 0

    /// The size of the archive in bytes.
    public var byteCount = 0

    /// The conversations left out because their histories cannot be read.
    public var unreadable: [Unreadable] = []

    /// The unreadable parts of files, left out of the archive although it holds their conversations.
    public var problems: [LibraryProblem] = []

    /// Creates an empty report.
    public init() {}
}

/// The progress of an export or an import.
public struct ExchangeProgress: Hashable, Sendable {
    /// The conversation processed last.
    public var conversation: ConversationID

    /// The number of conversations processed.
    public var conversationCount: Int

    /// The total number of conversations; `nil` if unknown, as in an import.
    public var totalCount: Int?

    /// The number of archive bytes written or read.
    public var byteCount: Int
}
