#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The state of a stored history: the members that may change with every save.
package struct HistoryState<Message: HistoryMessage>: Sendable {
    var revision = 0
    package var count = 0
    var updated: Date?
    var title: String?
    var owner: Owner?
    var origin: ForkOrigin?
    var metadata: JSONObject = [:]
    var openTurn: Turn?
    /// The message that is being streamed; it is stored here and not among the lines because it may still change.
    var draft: SharedList<HistoryEntry<Message>>.Box?
    /// The position of the draft among the entries; `nil` for the end.
    var draftPosition: Int?
    var checksum: String?
    var unknown = UnknownMembers()
    /// The state as it was read, if writing it would not reproduce it.
    private var text: [UInt8]?

    package init() {}

    /// Reads a state.
    ///
    /// - Parameter fault: Set if the message that is being streamed does not decode; the state is then unusable.
    package static func read(
        from reader: inout JSONReader,
        _ coding: EntryCoding<Message>,
        _ fault: inout MessageFault?
    ) throws(JSONError) -> HistoryState {
        var state = HistoryState()
        let text = try reader.verbatim { reader throws(JSONError) in
            state = try readMembers(from: &reader, coding, &fault)
        }
        state.text = text
        return state
    }

    private static func readMembers(
        from reader: inout JSONReader,
        _ coding: EntryCoding<Message>,
        _ fault: inout MessageFault?
    ) throws(JSONError) -> HistoryState {
        var state = HistoryState()
        var seen = SeenMembers()
        try reader.readObject { key, reader throws(JSONError) in
            if key == "revision" {
                state.revision = try readRevision(from: &reader)
            } else if key == "count" {
                state.count = try reader.readInt()
            } else if key == "updated" {
                seen.note(0, &reader)
                state.updated = try StoredDate.read(from: &reader)
            } else if key == "title" {
                seen.note(1, &reader)
                state.title = try reader.readString()
            } else if key == "owner" {
                seen.note(2, &reader)
                state.owner = try readOwner(from: &reader, &state.unknown.owner)
            } else if key == "origin" {
                seen.note(3, &reader)
                state.origin = try readOrigin(from: &reader, &state.unknown.origin)
            } else if key == "metadata" {
                seen.note(4, &reader)
                let offset = reader.offset
                state.metadata = try reader.readFields()
                if state.metadata.isEmpty { reader.isLossy = true }
                guard !state.metadata.values.contains(where: { $0.isDeeper() }) else {
                    throw JSONError(code: .tooDeep, offset: offset)
                }
            } else if key == "turn" {
                seen.note(5, &reader)
                state.openTurn = try TurnCoding.read(from: &reader)
            } else if key == "draft" {
                seen.note(6, &reader)
                (state.draft, state.draftPosition) = try coding.readWithPosition(from: &reader, &fault)
            } else if key == "checksum" {
                state.checksum = try reader.readString()
            } else if key == "library" {
                seen.note(7, &reader)
                state.unknown.annotation = try reader.readValue()
            } else {
                state.unknown.state.append(key: key.string, value: try reader.readValue())
            }
        }
        return state
    }

    /// Reads a revision; a revision so high that saves could not increase it further is refused, as no save wrote it.
    private static func readRevision(from reader: inout JSONReader) throws(JSONError) -> Int {
        let offset = reader.offset
        let revision = try reader.readInt()
        guard revision >= 0, revision < Int.max / 2 else {
            throw JSONError(code: .numberOutOfRange, offset: offset)
        }
        return revision
    }

    private static func readOwner(
        from reader: inout JSONReader,
        _ unknown: inout JSONObject
    ) throws(JSONError) -> Owner {
        var owner = Owner()
        var seen = SeenMembers()
        try reader.readObject { key, reader throws(JSONError) in
            if key == "user" {
                seen.note(0, &reader)
                owner.user = try reader.readString()
            } else if key == "organization" {
                seen.note(1, &reader)
                owner.organization = try reader.readString()
            } else {
                unknown.append(key: key.string, value: try reader.readValue())
            }
        }
        return owner
    }

    private static func readOrigin(
        from reader: inout JSONReader,
        _ unknown: inout JSONObject
    ) throws(JSONError) -> ForkOrigin {
        var origin = ForkOrigin(conversation: nil, entry: nil)
        var seen = SeenMembers()
        try reader.readObject { key, reader throws(JSONError) in
            if key == "conversation" {
                seen.note(0, &reader)
                origin.conversation = ConversationID(try reader.readString())
            } else if key == "entry" {
                seen.note(1, &reader)
                origin.entry = EntryID(try reader.readString())
            } else {
                unknown.append(key: key.string, value: try reader.readValue())
            }
        }
        return origin
    }

    /// Writes the members of a snapshot's state, each after a comma, except the store's own: revision, count and
    /// checksum.
    ///
    /// Unchanged parts of the state that only its stored form contains are written as they were read.
    ///
    /// - Returns: The number of bytes that count toward the limit: the application's members.
    @discardableResult
    static func writeMembers(
        of snapshot: ConversationSnapshot<Message>,
        to writer: inout JSONWriter,
        _ coding: EntryCoding<Message>
    ) throws(SnapshotError) -> Int {
        guard let stored = snapshot.unknown.storedState else {
            return try writeKnownMembers(of: snapshot, to: &writer, coding)
        }
        let (known, count) = try object(of: snapshot, coding)
        for depth in [StoredForm.deepest, 1] {
            let text = stored.updated(to: known, depth: depth)
            guard try isState(text, of: snapshot, known, coding) else { continue }
            writer.append(members: text)
            return count + max(0, text.count - known.count)
        }
        writer.append(members: known)
        return count
    }

    /// Returns the known members as an object, and how many of its bytes count toward the limit.
    private static func object(
        of snapshot: ConversationSnapshot<Message>,
        _ coding: EntryCoding<Message>
    ) throws(SnapshotError) -> (text: [UInt8], count: Int) {
        var writer = JSONWriter(capacity: 512)
        let count = try writeKnownMembers(of: snapshot, to: &writer, coding)
        writer.write(raw: "}")
        let text = writer.withUnsafeBytes { bytes in
            // The brace replaces the first comma.
            [JSONBytes.openBrace] + bytes.dropFirst(bytes.count > 1 ? 1 : 0)
        }
        return (text, count)
    }

    /// Returns whether reading a text yields the state of a snapshot.
    private static func isState(
        _ text: [UInt8],
        of snapshot: ConversationSnapshot<Message>,
        _ known: [UInt8],
        _ coding: EntryCoding<Message>
    ) throws(SnapshotError) -> Bool {
        var padded = JSONWriter(capacity: text.count + JSONReader.padding)
        padded.append(text)
        var fault: MessageFault?
        let state: HistoryState
        do throws(JSONError) {
            state = try padded.withPaddedBytes { bytes throws(JSONError) in
                var reader = JSONReader(bytes, maximumDepth: HistoryFormat.maximumDepth)
                return try read(from: &reader, coding, &fault)
            }
        } catch { return false }
        guard fault == nil else { return false }
        var same = snapshot
        state.setMembers(of: &same)
        let position = snapshot.draftPosition
        guard position == state.draft.map({ _ in state.draftPosition ?? snapshot.entries.count - 1 }) else {
            return false
        }
        if let position, let draft = state.draft { same.entries.replace(at: position, with: draft) }
        let written = try object(of: same, coding).text
        return written == known || position != nil && UnorderedJSON.isSame(written, known)
    }

    private static func writeKnownMembers(
        of snapshot: ConversationSnapshot<Message>,
        to writer: inout JSONWriter,
        _ coding: EntryCoding<Message>
    ) throws(SnapshotError) -> Int {
        guard StoredDate.canWrite(snapshot.updated), StoredDate.canWrite(snapshot.created) else {
            throw SnapshotError(.notEncodable, "The conversation has a date that is no moment in time.")
        }
        if let updated = snapshot.updated {
            writer.write(raw: ",\"updated\":")
            StoredDate.write(updated, to: &writer)
        }
        var start = writer.count
        write(title: snapshot.title, to: &writer)
        write(owner: snapshot.owner, snapshot.unknown.owner, to: &writer)
        write(origin: snapshot.origin, snapshot.unknown.origin, to: &writer)
        try write(metadata: snapshot.metadata, to: &writer)
        var count = writer.count - start
        if let turn = snapshot.openTurn {
            writer.write(raw: ",\"turn\":")
            try TurnCoding.write(turn, to: &writer)
            count += TurnCoding.byteCount(ofContent: turn)
        }
        if let position = snapshot.draftPosition {
            writer.write(raw: ",\"draft\":")
            start = writer.count
            let box = snapshot.entries.box(at: position)
            let isLast = position == snapshot.entries.count - 1
            let record: HistoryRecord<Message> = isLast ? .entry(box) : .late(box, position: position)
            try RecordCoding(entry: coding).write(record, to: &writer)
            count += writer.count - start - record.allowance
        }
        if let annotation = snapshot.unknown.annotation {
            writer.write(raw: ",\"library\":")
            writer.write(annotation)
        }
        start = writer.count
        writer.write(fields: snapshot.unknown.state)
        return count + writer.count - start
    }

    static func write(title: String?, to writer: inout JSONWriter) {
        guard let title else { return }
        writer.write(raw: ",\"title\":")
        writer.write(string: title)
    }

    static func write(owner: Owner?, _ unknown: JSONObject, to writer: inout JSONWriter) {
        guard let owner else { return }
        writer.write(raw: ",\"owner\":")
        var fields: JSONObject = [:]
        if let user = owner.user { fields["user"] = .string(user) }
        if let organization = owner.organization { fields["organization"] = .string(organization) }
        for (key, value) in unknown { fields.append(key: key, value: value) }
        writer.write(.object(fields))
    }

    static func write(origin: ForkOrigin?, _ unknown: JSONObject, to writer: inout JSONWriter) {
        guard let origin else { return }
        writer.write(raw: ",\"origin\":")
        var fields: JSONObject = [:]
        if let conversation = origin.conversation { fields["conversation"] = .string(conversation.rawValue) }
        if let entry = origin.entry { fields["entry"] = .string(entry.rawValue) }
        for (key, value) in unknown { fields.append(key: key, value: value) }
        writer.write(.object(fields))
    }

    static func write(metadata: JSONObject, to writer: inout JSONWriter) throws(SnapshotError) {
        guard !metadata.isEmpty else { return }
        try metadata.checkDepth()
        writer.write(raw: ",\"metadata\":")
        writer.write(.object(metadata))
    }

    /// Applies the state to a snapshot that contains the records.
    package func apply(to snapshot: inout ConversationSnapshot<Message>) {
        setMembers(of: &snapshot)
        if let draft {
            let count = snapshot.entries.count
            snapshot.insert(draft, at: min(max(0, draftPosition ?? count), count))
        }
        guard let text else { return }
        // A state that was read can be written. If it could not, only its stored form would be lost.
        guard let written = try? Self.object(of: snapshot, EntryCoding<Message>()).text else { return }
        let isStore = ["revision", "count", "checksum"].map { ByteString($0) }
        snapshot.unknown.storedState = StoredForm(text: text.removingMembers(isStore), written: written)
    }

    /// Applies everything except the message that is being streamed.
    private func setMembers(of snapshot: inout ConversationSnapshot<Message>) {
        snapshot.updated = updated
        snapshot.title = title
        snapshot.owner = owner
        snapshot.origin = origin
        snapshot.metadata = metadata
        snapshot.openTurn = openTurn
        let (header, storedHeader) = (snapshot.unknown.header, snapshot.unknown.storedHeader)
        snapshot.unknown = unknown
        snapshot.unknown.header = header
        snapshot.unknown.storedHeader = storedHeader
    }
}

extension ConversationSnapshot {
    /// The position of the message that is being streamed, the draft; it may change with every save.
    ///
    /// The draft is the last entry of the running turn that is marked as incomplete. Up to
    /// `EntryCoding.mostLinesBefore` other entries may stand after it; an incomplete entry further back has a line like
    /// any other.
    package var draftPosition: Int? {
        guard let openTurn, counts.incomplete > 0 else { return nil }
        let first = Swift.max(0, openTurn.entries.lowerBound, entries.count - 1 - EntryCoding<Message>.mostLinesBefore)
        var position = entries.count - 1
        while position >= first {
            if entries.box(at: position).value.isIncomplete { return position }
            position -= 1
        }
        return nil
    }

    /// The message that is being streamed.
    var draft: HistoryEntry<Message>? { draftPosition.map { entries[$0] } }

    /// Whether a message is being streamed.
    var hasDraft: Bool { draftPosition != nil }

    /// The number of entries that have lines of their own.
    var lineEntryCount: Int { hasDraft ? entries.count - 1 : entries.count }

    package mutating func append(_ box: EntryBox) {
        entries.append(box)
        counts.add(box)
    }

    mutating func insert(_ box: EntryBox, at position: Int) {
        entries.insert(box, at: position)
        counts.add(box)
    }
}
