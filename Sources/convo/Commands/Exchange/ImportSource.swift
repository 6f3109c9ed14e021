import ConversationHistory
import ConversationHistoryExchange
import ConversationHistoryLibrary

/// A file to import, in any format.
@MainActor
struct ImportSource {
    private let file: InputFile
    private let beginning: [UInt8]
    private let format: ImportFormat
    private let id: ConversationID?

    /// Opens a file, and detects its format if none is given.
    init(_ path: String, format: ImportFormat?, id: ConversationID?) throws {
        file = try InputFile(path)
        self.id = id
        var beginning: [UInt8] = []
        // A pipe may deliver it in small parts.
        while beginning.count < 65536, let part = try file.next() { beginning += part }
        self.beginning = beginning
        guard let format = format ?? ImportFormat(beginning: beginning) else {
            throw LibraryFailure(
                beginning.isEmpty
                    ? "There is nothing to import." : "The format of the input is unknown. Specify it with --format."
            )
        }
        self.format = format
        if id != nil, format == .archive {
            throw LibraryFailure("The input is an archive, whose conversations have ids already. Omit --as.")
        }
    }

    /// Imports the whole file.
    func read<Library: ConversationLibrary<ChatMessage>>(
        into importer: LibraryImporter<Library>,
        progress: (ExchangeProgress) -> Void
    ) async throws -> ImportReport {
        guard format != .archive else {
            var first: [UInt8]? = beginning
            return try await importer.importing(progress: progress) {
                if let beginning = first {
                    first = nil
                    return beginning
                }
                return try file.next()
            }
        }
        let bytes = try file.rest(after: beginning, limit: importer.limits.conversationBytes)
        var report = ImportReport()
        let snapshots = try snapshots(bytes)
        if id != nil, snapshots.count > 1 {
            throw LibraryFailure("The input has \(snapshots.count) conversations, and --as is for only one. Omit --as.")
        }
        for snapshot in snapshots {
            // A snapshot without an id gets one from the content, so importing it again creates no duplicate.
            let id = id ?? snapshot.id ?? Self.id(of: bytes)
            do { report.append(try await importer.importing(snapshot, as: id)) } catch let error as ArchiveError {
                throw error.after(report)
            }
        }
        return report
    }

    private func snapshots(_ bytes: [UInt8]) throws -> [ConversationSnapshot<ChatMessage>] {
        do throws(SnapshotDecodingError) {
            switch format {
            case .archive: return []
            case .history: return [try ConversationSnapshot(decoding: bytes)]
            case .chatCompletions: return [try ChatCompletionsImport.snapshot(decoding: bytes)]
            case .claudeCode: return try ClaudeCodeImport.snapshots(decoding: bytes)
            }
        } catch {
            throw LibraryFailure("The input cannot be imported as \(format.rawValue). \(error)")
        }
    }

    private static func id(of bytes: [UInt8]) -> ConversationID {
        let digits = SHA256.hash(bytes).prefix(8).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }
        return ConversationID("import-" + digits.joined())
    }
}
