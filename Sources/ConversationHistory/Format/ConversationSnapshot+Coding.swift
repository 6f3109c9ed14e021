extension ConversationSnapshot {
    /// Returns the snapshot as bytes, for a store of one's own.
    ///
    /// - Parameter style: How the bytes are laid out.
    /// - Returns: UTF-8 text that is valid JSON.
    /// - Throws: ``SnapshotError``: a message cannot be written, or could not be read back.
    public func encoded(style: SnapshotStyle = .lines) throws(SnapshotError) -> [UInt8] {
        let writer = HistoryWriter<Message>(limits: HistoryLimits())
        var text = JSONWriter()
        do throws(HistoryWriteFailure<Never>) {
            _ = try writer.write(self, style: style, lineage: "", revision: 0) { text.append($0) }
        } catch {
            switch error {
            case .encoding(let error): throw error
            }
        }
        return text.withUnsafeBytes(Array.init)
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
        let bytes = ContiguousArray(bytes)
        do throws(HistoryReadFailure) {
            self = try HistoryReader(limits: limits).read { buffer, offset in
                let count = min(buffer.count, bytes.count - offset)
                bytes.withUnsafeBytes {
                    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
                }
                return count
            }.snapshot
        } catch {
            switch error {
            case .decoding(let error): throw error
            case .file: preconditionFailure("Bytes in memory cannot fail to be read.")
            }
        }
    }
}
