public import ConversationHistory
public import ConversationHistoryLibrary

/// An importer that brings the conversations of an archive, or a single history, into a library.
///
/// ```swift
/// let importer = LibraryImporter(library.scoped(to: owner))
/// let report = try await importer.importing { try file.readPart() }
/// ```
///
/// Each conversation is imported completely or not at all: the importer reads and checks all of it before it writes any
/// of it. If the library fails, the importer removes what it has written of the conversation, unless another writer has
/// changed it since. If the process ends midway, repeating the import completes the conversation. Repeated and
/// concurrent imports make no duplicates: a conversation with the same content stays as it is, and of two imports of
/// one conversation the second one waits, even in another process if both use one of the package's own libraries.
///
/// A conversation without an owner gets the owner of the library's scope; a conversation with an owner outside the
/// scope is refused. Ids and names are opaque, whatever they look like.
public struct LibraryImporter<Library: ConversationLibrary>: Sendable {
    /// A closure that returns the next part of the input; `nil` or an empty part at the end.
    public typealias Source = () async throws -> [UInt8]?

    let library: Library

    /// The handling of a conversation whose id belongs to another conversation in the library.
    public var collision: ImportCollision

    /// Whether the import continues after a conversation that the library or its scope refuses.
    ///
    /// Damage of the archive always ends the import.
    public var continuesAfterRefusal: Bool

    /// The size limits.
    public var limits: ImportLimits

    /// Creates an importer.
    ///
    /// - Parameters:
    ///   - library: The library, which may be scoped.
    ///   - collision: The handling of a conversation whose id belongs to another conversation in the library.
    ///   - continuesAfterRefusal: Whether the import continues after a refused conversation.
    ///   - limits: The size limits.
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

    /// Imports an archive in parts, with one conversation at a time in memory.
    ///
    /// - Parameters:
    ///   - progress: A closure to call after each conversation.
    ///   - source: A closure that returns the next part.
    /// - Returns: A report.
    /// - Throws: ``ArchiveError``, whose report lists the conversations imported before; or an error of the source.
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

    /// Imports an archive from memory.
    ///
    /// - Throws: ``ArchiveError``, whose report lists the conversations imported before.
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
    ///   - id: The id of the conversation. Defaults to the history's own id, or a new one if it has none.
    /// - Throws: ``ArchiveError`` if the history cannot be decoded, if the library fails, or if the conversation is
    ///   refused and `continuesAfterRefusal` is `false`.
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
    ///   - snapshot: The snapshot, for example one read from another program's files.
    ///   - id: The id of the conversation. Defaults to the snapshot's own id, or a new one if it has none.
    /// - Throws: ``ArchiveError`` if the library fails, or if the conversation is refused and `continuesAfterRefusal`
    ///   is `false`.
    @discardableResult
    public func importing(
        _ snapshot: ConversationSnapshot<Library.Message>,
        as id: ConversationID? = nil
    ) async throws -> ImportReport {
        var report = ImportReport()
        try await take(ArchivedConversation(id: id ?? snapshot.id ?? .unique(), snapshot: snapshot), &report)
        return report
    }

    /// Imports a conversation that has passed all checks that need no library.
    ///
    /// A second import of the same conversation waits, so that it finds either a complete conversation or an
    /// interrupted import.
    private func take(
        _ conversation: ArchivedConversation<Library.Message>,
        _ report: inout ImportReport
    ) async throws {
        var conversation = conversation
        // The annotation is private to the library that wrote the history, not part of the conversation.
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
