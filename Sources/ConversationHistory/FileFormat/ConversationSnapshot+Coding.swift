extension ConversationSnapshot {
    /// Returns the snapshot as bytes, for a store of one's own.
    ///
    /// - Parameter style: How the bytes are laid out.
    /// - Returns: UTF-8 text that is valid JSON.
    /// - Throws: ``SnapshotError``: a message cannot be written, or could not be read back.
    public func encoded(style: SnapshotStyle = .lines) throws(SnapshotError) -> [UInt8] {
        let writer = HistoryWriter<Message>(limits: HistoryLimits())
        var bytes: [UInt8] = []
        do throws(HistoryWriteFailure<Never>) {
            _ = try writer.write(self, style: style, lineage: "", revision: 0) { part in
                if bytes.isEmpty { bytes.reserveCapacity(estimatedByteCount(from: part)) }
                bytes.append(contentsOf: part)
            }
        } catch {
            switch error {
            case .encoding(let error): throw error
            }
        }
        return bytes
    }

    /// Guesses how many bytes the snapshot takes up, so that they need not be moved to more and more room.
    private func estimatedByteCount(from firstPart: UnsafeRawBufferPointer) -> Int {
        var lineCount = 1
        var place = 0
        while let lineFeed = firstPart.firstLineFeed(from: place) {
            lineCount += 1
            place = lineFeed + 1
        }
        // The header and the footer are lines too; an eighth is added, since lines differ.
        let all = lineEntryCount + turns.count + rewound.count + 2
        return firstPart.count + max(0, all - lineCount) * (firstPart.count / lineCount) / 8 * 9
    }

    /// Reads a snapshot from bytes of any version and style.
    ///
    /// - Parameters:
    ///   - bytes: What ``encoded(style:)`` returned, a history file's content, or a snapshot of ailoop's.
    ///   - limits: How much is taken in before the bytes are refused.
    /// - Throws: ``SnapshotDecodingError``.
    public init(decoding bytes: some Sequence<UInt8>, limits: HistoryLimits = HistoryLimits())
        throws(SnapshotDecodingError)
    {
        func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<ConversationSnapshot, SnapshotDecodingError> {
            Result { () throws(SnapshotDecodingError) in try Self(decoding: UnsafeRawBufferPointer(bytes), limits) }
        }
        // An array is read where it is.
        let decoded = bytes.withContiguousStorageIfAvailable(decode)
        self = try (decoded ?? ContiguousArray(bytes).withUnsafeBufferPointer(decode)).get()
    }

    private init(decoding bytes: UnsafeRawBufferPointer, _ limits: HistoryLimits) throws(SnapshotDecodingError) {
        do throws(HistoryReadFailure) {
            self = try HistoryReader(limits: limits).read { buffer, offset in
                let count = min(buffer.count, bytes.count - offset)
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
                return count
            }.snapshot
        } catch {
            switch error {
            case .decoding(let error): throw error
            // The closure above only copies memory, and throws nothing.
            case .file: preconditionFailure("Bytes in memory cannot fail to be read.")
            }
        }
    }
}
