extension ConversationSnapshot {
    /// Returns the snapshot as bytes, for use in a custom store.
    ///
    /// - Parameter style: The layout of the bytes.
    /// - Returns: Valid JSON in UTF-8.
    /// - Throws: A ``SnapshotError`` if a part of the snapshot cannot be written, or could not be read back.
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

    /// Estimates the size of the encoded snapshot, so that the bytes are not copied each time that the array grows.
    private func estimatedByteCount(from firstPart: UnsafeRawBufferPointer) -> Int {
        var lineCount = 1
        var place = 0
        while let lineFeed = firstPart.firstLineFeed(from: place) {
            lineCount += 1
            place = lineFeed + 1
        }
        // The header and the footer are lines, too. An eighth is added because line lengths vary.
        let all = lineEntryCount + turns.count + rewound.count + 2
        return firstPart.count + max(0, all - lineCount) * (firstPart.count / lineCount) / 8 * 9
    }

    /// Reads a snapshot from bytes of any version and style.
    ///
    /// - Parameters:
    ///   - bytes: The result of ``encoded(style:)``, the content of a history file, or a snapshot of ailoop.
    ///   - limits: The limits beyond which the bytes are refused.
    /// - Throws: A ``SnapshotDecodingError`` if the bytes are not a history, are damaged or too large, have a newer
    ///   version, or contain messages that cannot be read as this message type.
    public init(decoding bytes: some Sequence<UInt8>, limits: HistoryLimits = HistoryLimits())
        throws(SnapshotDecodingError)
    {
        func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<ConversationSnapshot, SnapshotDecodingError> {
            Result { () throws(SnapshotDecodingError) in try Self(decoding: UnsafeRawBufferPointer(bytes), limits) }
        }
        // Contiguous bytes, such as those of an array, are read without a copy.
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
