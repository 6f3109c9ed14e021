/// A decoder of a history that is one JSON document, with its members in any order and any white space.
struct HistoryDocumentDecoder<Message: HistoryMessage> {
    let coding: RecordCoding<Message>

    /// Decodes a document.
    ///
    /// - Parameter bytes: The document, followed in memory by ``JSONReader/padding`` zero bytes.
    func decode(_ bytes: UnsafeRawBufferPointer) throws(SnapshotDecodingError) -> DecodedHistory<Message> {
        var reader = JSONReader(bytes, maximumDepth: HistoryFormat.maximumDepth)
        guard !bytes.isEmpty else {
            throw SnapshotDecodingError(.damaged, offset: 0, "The history is empty: not even its beginning is there.")
        }
        guard reader.peek() == .object, let kind = try HistoryKind.find(in: reader) else {
            throw SnapshotDecodingError(.notAHistory, offset: 0, "This is not the history of a conversation.")
        }
        switch kind {
        case .version1:
            return DecodedHistory(
                snapshot: try Version1Decoder<Message>().decode(&reader),
                lineage: "",
                revision: 0,
                layout: nil,
                fingerprint: HistoryFingerprint(document: bytes),
                version: 1
            )
        case .version2: return try decodeVersion2(&reader, fingerprint: HistoryFingerprint(document: bytes))
        }
    }

    private func decodeVersion2(
        _ reader: inout JSONReader,
        fingerprint: HistoryFingerprint
    ) throws(SnapshotDecodingError) -> DecodedHistory<Message> {
        var header = HistoryHeader(messageFormat: "", lineage: "")
        // Both are read later, once the message type is known to be the right one.
        var history: Int?
        var foot: Int?
        var assembly = HistoryAssembly(ConversationSnapshot<Message>())
        do throws(JSONError) {
            try reader.readObject { key, reader throws(JSONError) in
                if key == "format" || key == "version" {
                    try reader.skipValue()
                } else if key == "history" {
                    history = reader.position
                    try reader.skipValue()
                } else if key == "state" {
                    foot = reader.position
                    try reader.skipValue()
                } else {
                    try header.take(key, from: &reader)
                }
            }
            try reader.expectEnd()
        } catch { throw SnapshotDecodingError(error) }
        header.finish()
        try header.checkMessageFormat(Message.self)
        guard let history, let foot else {
            throw SnapshotDecodingError(.damaged, offset: reader.position, "The history has no entries or no state.")
        }
        var count = 0
        let state: HistoryState<Message>
        var fault: MessageFault?
        do throws(JSONError) {
            reader.position = history
            try reader.readArray { reader throws(JSONError) in
                count += 1
                // The assembly can't continue without this entry. The rest is valid JSON, as the first pass has shown.
                if fault != nil { return try reader.skipValue() }
                try assembly.readRecord(from: &reader, coding, &fault)
            }
            reader.position = foot
            var stateFault: MessageFault?
            state = try HistoryState.read(from: &reader, coding.entry, &stateFault)
            fault = fault ?? stateFault
        } catch { throw SnapshotDecodingError(error) }
        if let fault { throw SnapshotDecodingError(fault) }
        try assembly.checkComplete(at: history)
        assembly.settle()
        var snapshot = assembly.snapshot
        guard count == state.count else {
            throw SnapshotDecodingError(
                .damaged,
                offset: history,
                "The history should have \(state.count) lines and has \(count)."
            )
        }
        snapshot.id = header.id
        snapshot.created = header.created
        snapshot.unknown.header = header.unknown
        snapshot.unknown.storedHeader = header.stored
        state.apply(to: &snapshot)
        return DecodedHistory(
            snapshot: snapshot,
            lineage: header.lineage,
            revision: state.revision,
            layout: nil,
            fingerprint: fingerprint,
            version: 2
        )
    }
}
