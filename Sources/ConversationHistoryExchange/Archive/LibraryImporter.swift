public import ConversationHistory
public import ConversationHistoryLibrary

/// Brings the conversations of an archive, or of a single history, into a library.
///
/// ```swift
/// let importer = LibraryImporter(library.scoped(to: owner))
/// let report = try await importer.importing { try file.readPart() }
/// ```
///
/// Each conversation is imported as a whole or not at all: all of it is read and checked before any of it is written,
/// and what a failing library has taken of it is removed again, unless somebody has done something with it since. If the
/// process ends on the way, importing again completes what is there. Importing twice makes no duplicates, also at once:
/// what is there with the same content is left as it is, and of two imports of one conversation the second one waits, in
/// another process as well if both work on one of the package's own libraries.
///
/// A conversation without an owner becomes that of the library's scope; one whose owner is outside of the scope is
/// refused. Ids and names are only names, whatever they look like.
public struct LibraryImporter<Library: ConversationLibrary>: Sendable {
    /// Returns the next part of what is read; `nil`, or nothing, where it ends.
    public typealias Source = () async throws -> [UInt8]?

    let library: Library

    /// What becomes of a conversation if the library has another one of the same id.
    public var collision: ImportCollision

    /// Whether the import goes on after a conversation that the library or its scope refuses.
    ///
    /// Damage of the archive ends the import in any case.
    public var continuesAfterRefusal: Bool

    /// How much is taken in.
    public var limits: ImportLimits

    /// Creates an importer.
    ///
    /// - Parameters:
    ///   - library: The library, which may be a scoped one.
    ///   - collision: What becomes of a conversation if the library has another one of the same id.
    ///   - continuesAfterRefusal: Whether the import goes on after a conversation that is refused.
    ///   - limits: How much is taken in.
    public init(
        _ library: Library,
        collision: ImportCollision = .fail,
        continuesAfterRefusal: Bool = false,
        limits: ImportLimits = ImportLimits()
    ) {
        self.library = library
        self.collision = collision
        self.continuesAfterRefusal = continuesAfterRefusal
        self.limits = limits
    }

    /// Imports an archive that comes part after part; one conversation at a time is in memory.
    ///
    /// - Parameters:
    ///   - progress: Is called after each conversation.
    ///   - source: Returns the next part.
    /// - Returns: What was done.
    /// - Throws: ``ArchiveError``, whose report says what was imported before; or what the source throws.
    @discardableResult
    public func importing(
        progress: (ExchangeProgress) -> Void = { _ in },
        from source: Source
    ) async throws -> ImportReport {
        var report = ImportReport()
        var reader = ArchiveReader<Library.Message>(limits: limits)
        var lines = LineSplitter(limit: limits.lineBytes)
        var count = 0
        do {
            var isAtEnd = false
            while !isAtEnd {
                let part = try await source() ?? []
                isAtEnd = part.isEmpty
                lines.append(part)
                while let line = try isAtEnd ? lines.rest() : lines.next() {
                    guard let conversation = try reader.take(line) else { continue }
                    try await take(conversation, &report)
                    count += 1
                    progress(
                        ExchangeProgress(
                            conversation: conversation.id,
                            conversationCount: count,
                            totalCount: nil,
                            byteCount: line.offset + line.count
                        )
                    )
                }
            }
            try reader.finish(line: lines.lineNumber, offset: lines.byteCount)
        } catch var error as ArchiveError {
            error.report = report
            throw error
        }
        return report
    }

    /// Imports an archive that is in memory.
    ///
    /// - Throws: ``ArchiveError``, whose report says what was imported before.
    @discardableResult
    public func importing(_ archive: some Sequence<UInt8>) async throws -> ImportReport {
        var rest: [UInt8]? = Array(archive)
        return try await importing(from: {
            defer { rest = nil }
            return rest
        })
    }

    /// Imports a single history of any version and style.
    ///
    /// - Parameters:
    ///   - history: The content of a history file.
    ///   - id: The id of the conversation; the history's own unless given, or a new one if it has none.
    /// - Throws: ``ArchiveError``.
    @discardableResult
    public func importing(
        history: some Sequence<UInt8>,
        as id: ConversationID? = nil
    ) async throws -> ImportReport {
        let snapshot: ConversationSnapshot<Library.Message>
        do throws(SnapshotDecodingError) {
            let limits = HistoryLimits(documentBytes: limits.conversationBytes)
            snapshot = try ConversationSnapshot(decoding: history, limits: limits)
        } catch { throw ArchiveError(error, line: 1) }
        return try await importing(snapshot, as: id)
    }

    /// Imports a snapshot.
    ///
    /// - Parameters:
    ///   - snapshot: The snapshot, such as one that was read from another program's files.
    ///   - id: The id of the conversation; the snapshot's own unless given, or a new one if it has none.
    /// - Throws: ``ArchiveError``.
    @discardableResult
    public func importing(
        _ snapshot: ConversationSnapshot<Library.Message>,
        as id: ConversationID? = nil
    ) async throws -> ImportReport {
        var report = ImportReport()
        try await take(ArchivedConversation(id: id ?? snapshot.id ?? .unique(), snapshot: snapshot), &report)
        return report
    }

    /// Takes a conversation that was checked as far as it can be without the library.
    ///
    /// Who imports the same one meanwhile waits: what he then finds is whole, or was cut off.
    private func take(
        _ conversation: ArchivedConversation<Library.Message>,
        _ report: inout ImportReport
    ) async throws {
        var conversation = conversation
        // What a library keeps for itself in the histories that it writes is nothing of what was said.
        conversation.snapshot.annotation = nil
        let id = conversation.id
        await ImportGate.shared.enter(id)
        defer { ImportGate.shared.leave(id) }
        do throws(HistoryStoreError) {
            try LibraryName.check(id.rawValue, operation: "import")
            let isOneSave = conversation.files.isEmpty && !conversation.isDeleted && collision != .replace
            let permit = try await (library as? any ImportExclusion)?.beginImport(of: id, isOneSave: isOneSave)
            try await place(conversation, &report)
            withExtendedLifetime(permit) {}
        } catch {
            let refusal = ArchiveError(error, line: conversation.line, offset: conversation.offset)
            guard continuesAfterRefusal, refusal.code != .library else { throw refusal }
            report.refused.append(.init(id: conversation.id, error: refusal))
        }
    }
}
