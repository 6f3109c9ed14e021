import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A reader that takes an archive line by line.
///
/// The earlier lines determine the kind of the next one; a line of any other kind is damage.
struct ArchiveReader<Message: HistoryMessage> {
    /// The required kind of the next line.
    private enum Expectation: Equatable { case header, conversation, record, artifact, data, end, nothing }

    private let limits: ImportLimits
    private let coding = RecordCoding<Message>()
    private var expectation = Expectation.header
    private var conversationCount = 0

    // State of the current conversation.
    private var current: ArchivedConversation<Message>?
    private var assembly = HistoryAssembly(ConversationSnapshot<Message>())
    private var state = HistoryState<Message>()
    private var recordCount = 0
    private var fileCount = 0
    /// The number of bytes that the last file still lacks.
    private var missingBytes = 0
    private var checksum = CRC32()
    private var lineCount = 0
    private var byteCount = 0
    /// The first message that does not decode, and its line; the checksum shows whether it was written that way.
    private var fault: (message: MessageFault, line: Int)?

    init(limits: ImportLimits) { self.limits = limits }

    /// Reads the next line.
    ///
    /// - Returns: The complete, checked conversation if the line ends one.
    mutating func take(_ line: LineSplitter.Line) throws(ArchiveError) -> ArchivedConversation<Message>? {
        guard line.count > 0 || expectation == .header else {
            if expectation == .nothing { return nil }
            throw damaged(line, "The line is empty.")
        }
        if expectation == .conversation { begin() }
        byteCount += line.count
        guard byteCount <= limits.conversationBytes || expectation == .header else {
            throw ArchiveError(
                .tooLarge,
                line: line.number,
                offset: line.offset,
                "The conversation has more than the \(limits.conversationBytes) bytes that are allowed."
            )
        }
        var ended: ArchivedConversation<Message>?
        switch expectation {
        case .header: try takeHeader(line)
        case .conversation: try takeConversation(line)
        case .record: try takeRecord(line)
        case .artifact: try takeArtifact(line)
        case .data: try takeData(line)
        case .end: ended = try takeEnd(line)
        case .nothing: throw damaged(line, "Something follows the end of the archive.")
        }
        line.withBytes { checksum.update($0) }
        withUnsafeBytes(of: UInt8(ascii: "\n")) { checksum.update($0) }
        lineCount += 1
        return ended
    }

    /// Checks that the archive ends here.
    func finish(line: Int, offset: Int) throws(ArchiveError) {
        if expectation == .nothing { return }
        if offset == 0 { throw ArchiveError(.notAnArchive, line: 1, offset: 0, "There is nothing.") }
        throw ArchiveError(.cut, line: line, offset: offset, "The archive ends here, and more of it should follow.")
    }

    // MARK: - Lines

    private mutating func takeHeader(_ line: LineSplitter.Line) throws(ArchiveError) {
        var (format, messages): (String?, String?)
        var version: JSONValue?
        var fault: ArchiveError?
        do throws(ArchiveError) {
            try read(line) { reader throws(JSONError) in
                try reader.readObject { key, reader throws(JSONError) in
                    if key == "format", reader.peek() == .string {
                        format = try reader.readString()
                    } else if key == "version" {
                        version = try reader.readValue()
                    } else if key == "messages", reader.peek() == .string {
                        messages = try reader.readString()
                    } else {
                        try reader.skipValue()
                    }
                }
            }
        } catch { fault = error }
        guard format == ArchiveFormat.name else {
            throw ArchiveError(.notAnArchive, line: 1, offset: 0, "This is not an archive of conversations.")
        }
        // In a newer version everything else may have another form, so check the version first.
        if case .number(let number)? = version, number.intValue != ArchiveFormat.version {
            throw ArchiveError(
                number.doubleValue ?? .infinity > Double(ArchiveFormat.version) ? .newerVersion : .notAnArchive,
                line: 1,
                offset: 0,
                "The archive has version \(number.intValue?.description ?? "that no integer holds"); "
                    + "this package reads version \(ArchiveFormat.version)."
            )
        }
        if let fault { throw fault }
        guard case .number? = version else {
            throw ArchiveError(.notAnArchive, line: 1, offset: 0, "This archive has no version.")
        }
        guard messages == Message.formatName else {
            throw ArchiveError(
                .wrongMessageType,
                line: 1,
                offset: 0,
                "The archive holds messages of the type \"\(messages ?? "")\", not \"\(Message.formatName)\"."
            )
        }
        expectation = .conversation
    }

    private mutating func begin() {
        assembly = HistoryAssembly(ConversationSnapshot<Message>())
        state = HistoryState()
        checksum = CRC32()
        (lineCount, byteCount) = (0, 0)
        fault = nil
    }

    private mutating func takeConversation(_ line: LineSplitter.Line) throws(ArchiveError) {
        var id: ConversationID?
        var (isDeleted, hasState) = (false, false)
        var files = 0
        var count: Int?
        var header = HistoryHeader(messageFormat: "", lineage: "")
        var state = HistoryState<Message>()
        var fault: MessageFault?
        let coding = coding.entry
        try read(line) { reader throws(JSONError) in
            try reader.readObject { key, reader throws(JSONError) in
                if key == "conversation" {
                    id = ConversationID(try reader.readString())
                } else if key == "conversations" {
                    count = try reader.readInt()
                } else if key == "deleted" {
                    isDeleted = try reader.readBool()
                } else if key == "artifacts" {
                    files = try reader.readInt()
                } else if key == "header" {
                    try reader.readObject { key, reader throws(JSONError) in try header.take(key, from: &reader) }
                } else if key == "state" {
                    hasState = true
                    state = try HistoryState.read(from: &reader, coding, &fault)
                } else {
                    try reader.skipValue()
                }
            }
        }
        if id == nil, let count {
            guard count == conversationCount else {
                throw damaged(line, "There should be \(count) conversations, and there are \(conversationCount).")
            }
            expectation = .nothing
            return
        }
        guard let id, hasState, state.count >= 0, files >= 0 else {
            throw damaged(line, "A conversation needs an id and a state.")
        }
        var snapshot = ConversationSnapshot<Message>(id: header.id, created: header.created)
        header.finish()
        snapshot.unknown.header = header.unknown
        snapshot.unknown.storedHeader = header.stored
        assembly = HistoryAssembly(snapshot)
        self.state = state
        self.fault = fault.map { ($0, line.number) }
        (recordCount, fileCount) = (state.count, files)
        current = ArchivedConversation(id: id, snapshot: snapshot, line: line.number, offset: line.offset)
        current?.isDeleted = isDeleted
        try expectNext(line)
    }

    private mutating func takeRecord(_ line: LineSplitter.Line) throws(ArchiveError) {
        if fault != nil {
            // After a message that does not decode, the conversation cannot be assembled; only check the syntax.
            try read(line) { reader throws(JSONError) in try reader.skipValue() }
            recordCount -= 1
            return try expectNext(line)
        }
        var assembly = assembly
        let coding = coding
        var fault: MessageFault?
        // Release the stored copy, so that adding a record does not copy a shared list.
        self.assembly = HistoryAssembly(ConversationSnapshot<Message>())
        try read(line) { reader throws(JSONError) in try assembly.readRecord(from: &reader, coding, &fault) }
        self.assembly = assembly
        self.fault = fault.map { ($0, line.number) }
        recordCount -= 1
        try expectNext(line)
    }

    private mutating func takeArtifact(_ line: LineSplitter.Line) throws(ArchiveError) {
        var (name, type): (String?, String?)
        var (version, bytes) = (0, -1)
        try read(line) { reader throws(JSONError) in
            try reader.readObject { key, reader throws(JSONError) in
                if key == "artifact" {
                    name = try reader.readString()
                } else if key == "version" {
                    version = try reader.readInt()
                } else if key == "type" {
                    type = try reader.readString()
                } else if key == "bytes" {
                    bytes = try reader.readInt()
                } else {
                    try reader.skipValue()
                }
            }
        }
        guard let name, bytes >= 0 else { throw damaged(line, "An artifact needs a name and a size.") }
        do throws(HistoryStoreError) {
            try LibraryName.check(name, operation: "import")
            try ArtifactLimit.check(bytes)
        } catch { throw ArchiveError(error, line: line.number, offset: line.offset) }
        let last = current?.files.last
        let identifier = Identifier<Artifact>(name)
        let isNext = last?.name == identifier
        guard version == (isNext ? (last?.version ?? 0) + 1 : 1), isNext || last.map({ $0.name < identifier }) ?? true
        else { throw damaged(line, "The versions of the artifacts are not in their order.") }
        current?.files.append(.init(name: identifier, type: type, version: version, data: []))
        fileCount -= 1
        missingBytes = bytes
        try expectNext(line)
    }

    private mutating func takeData(_ line: LineSplitter.Line) throws(ArchiveError) {
        var text: String?
        try read(line) { reader throws(JSONError) in
            try reader.readObject { key, reader throws(JSONError) in
                if key == "data" { text = try reader.readString() } else { try reader.skipValue() }
            }
        }
        guard let text, let data = Data(base64Encoded: text), !data.isEmpty, data.count <= missingBytes,
            let last = current?.files.indices.last
        else { throw damaged(line, "The bytes of an artifact were expected.") }
        current?.files[last].data.append(contentsOf: data)
        missingBytes -= data.count
        try expectNext(line)
    }

    private mutating func takeEnd(_ line: LineSplitter.Line) throws(ArchiveError) -> ArchivedConversation<Message> {
        var (id, sum): (String?, String?)
        var lines: Int?
        try read(line) { reader throws(JSONError) in
            try reader.readObject { key, reader throws(JSONError) in
                if key == "end" {
                    id = try reader.readString()
                } else if key == "lines" {
                    lines = try reader.readInt()
                } else if key == "checksum" {
                    sum = try reader.readString()
                } else {
                    try reader.skipValue()
                }
            }
        }
        guard var conversation = current, let id, conversation.id == ConversationID(id), lines == lineCount else {
            throw damaged(line, "The end of the conversation was expected.")
        }
        let expected = String(decoding: HistoryFooter.digits(of: checksum.value), as: UTF8.self)
        guard sum == expected else { throw damaged(line, "The checksum of the conversation is wrong.") }
        if let fault { throw ArchiveError(SnapshotDecodingError(fault.message), line: fault.line) }
        assembly.settle()
        conversation.snapshot = assembly.snapshot
        state.apply(to: &conversation.snapshot)
        current = nil
        assembly = HistoryAssembly(ConversationSnapshot<Message>())
        conversationCount += 1
        expectation = .conversation
        return conversation
    }

    // MARK: - Helpers

    /// Determines the required kind of the next line within a conversation.
    private mutating func expectNext(_ line: LineSplitter.Line) throws(ArchiveError) {
        if recordCount > 0 {
            expectation = .record
        } else if missingBytes > 0 {
            expectation = .data
        } else {
            expectation = fileCount > 0 ? .artifact : .end
            guard fault == nil else { return }
            do throws(SnapshotDecodingError) {
                try assembly.checkComplete(at: line.offset)
            } catch { throw ArchiveError(error, line: line.number) }
        }
    }

    private func read(
        _ line: LineSplitter.Line,
        _ body: (inout JSONReader) throws(JSONError) -> Void
    ) throws(ArchiveError) {
        do throws(JSONError) {
            try line.withBytes { bytes throws(JSONError) in
                var reader = JSONReader(bytes, baseOffset: line.offset, maximumDepth: HistoryFormat.maximumDepth)
                try body(&reader)
                try reader.expectEnd()
            }
        } catch {
            throw ArchiveError(
                error.code == .endOfInput && !line.isTerminated ? .cut : .damaged,
                line: line.number,
                offset: error.offset,
                error.message
            )
        }
    }

    private func damaged(_ line: LineSplitter.Line, _ reason: String) -> ArchiveError {
        ArchiveError(.damaged, line: line.number, offset: line.offset, reason)
    }
}
