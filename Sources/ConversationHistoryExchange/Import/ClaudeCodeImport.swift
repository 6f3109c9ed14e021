public import ConversationHistory
import ConversationHistoryLibrary

/// Reads the session files of Claude Code: JSON Lines, one object for each message or event.
///
/// Messages become messages, with their tool calls, results and reasoning; what else stands on their lines becomes the
/// metadata of their entries. A line that is no message becomes an action, named `claude-code.` and the line's type, that
/// holds all of the line.
public enum ClaudeCodeImport {
    /// Reads the sessions of a file, in the order in which they begin.
    ///
    /// A session's id becomes the snapshot's; its newest summary becomes the title. A line that names no session belongs
    /// to that of the message it refers to, or else to the one before it.
    ///
    /// - Parameter bytes: The lines, in UTF-8.
    /// - Throws: `SnapshotDecodingError`.
    public static func snapshots(
        decoding bytes: some Sequence<UInt8>
    ) throws(SnapshotDecodingError) -> [ConversationSnapshot<ChatMessage>] {
        var lines = LineSplitter(limit: HistoryLimits().entryBytes)
        lines.append(bytes)
        var values: [(offset: Int, fields: JSONObject)] = []
        var sessionOfMessage: [ByteString: String] = [:]
        do throws(ArchiveError) {
            while true {
                var next = try lines.next()
                if next == nil { next = try lines.rest() }
                guard let line = next else { break }
                guard line.count > 0 else { continue }
                let fields = try read(line)
                values.append((line.offset, fields))
                if let id = fields["uuid"]?.stringValue, let session = fields["sessionId"]?.stringValue {
                    sessionOfMessage[ByteString(id)] = session
                }
            }
        } catch {
            throw SnapshotDecodingError(
                error.code == .tooLarge ? .tooLarge : .damaged,
                offset: error.offset,
                error.reason
            )
        }
        var sessions = FirstSeenTable<ByteString, ClaudeCodeSession>()
        let first = values.lazy.compactMap { $0.fields["sessionId"]?.stringValue }.first
        for (offset, fields) in values {
            let leaf = fields["leafUuid"]?.stringValue.flatMap { sessionOfMessage[ByteString($0)] }
            let id = fields["sessionId"]?.stringValue ?? leaf ?? sessions.values.last?.id ?? first
            guard let id else {
                throw SnapshotDecodingError(.notAHistory, offset: offset, "There is no session of Claude Code.")
            }
            do throws(SnapshotError) {
                try sessions.change(ByteString(id), default: ClaudeCodeSession(id)) {
                    session throws(SnapshotError) in try session.take(fields)
                }
            } catch {
                throw SnapshotDecodingError(.damaged, offset: offset, error.description)
            }
        }
        guard !sessions.values.isEmpty else {
            throw SnapshotDecodingError(.notAHistory, offset: 0, "There is no session of Claude Code.")
        }
        return sessions.values.map(\.snapshot)
    }

    private static func read(_ line: LineSplitter.Line) throws(ArchiveError) -> JSONObject {
        do throws(JSONError) {
            return try line.withBytes { bytes throws(JSONError) in
                var reader = JSONReader(bytes, baseOffset: line.offset)
                let fields = try reader.readFields()
                try reader.expectEnd()
                return fields
            }
        } catch {
            throw ArchiveError(.damaged, line: line.number, offset: error.offset, error.message)
        }
    }
}
