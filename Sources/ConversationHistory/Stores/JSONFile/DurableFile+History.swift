package import DurableFiles

// Unsafe buffers: they are filled and read only within the closures.

extension FileReader {
    /// Returns the fingerprint of the document in this file.
    func documentFingerprint() throws(FileFailure) -> HistoryFingerprint {
        var checksum = CRC32()
        var buffer = [UInt8](repeating: 0, count: Int(min(identity.size, 256 << 10)))
        var offset = 0
        while offset < identity.size {
            let count = try buffer.withUnsafeMutableBufferPointer { buffer throws(FileFailure) in
                try read(into: UnsafeMutableRawBufferPointer(buffer), at: Int64(offset))
            }
            buffer.withUnsafeBytes { checksum.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            offset += count
            guard count == buffer.count else { break }
        }
        return HistoryFingerprint(document: checksum, count: offset)
    }
}

extension DurableFile {
    /// Reads the history in this file, or returns `nil` if there is no file.
    ///
    /// - Parameter location: The location that errors name.
    package func readHistory<Message: HistoryMessage>(
        limits: HistoryLimits,
        for operation: String,
        at location: String
    ) throws(HistoryStoreError) -> (DecodedHistory<Message>, FileIdentity)? {
        let opened: FileReader?
        do throws(FileFailure) {
            opened = try openForReading()
        } catch { throw HistoryStoreError(error, operation: operation) }
        guard let reader = opened else { return nil }
        do throws(HistoryReadFailure) {
            let decoded = try HistoryReader<Message>(limits: limits).read { buffer, offset throws(FileFailure) in
                try reader.read(into: buffer, at: Int64(offset))
            }
            return (decoded, reader.identity)
        } catch {
            switch error {
            case .file(let failure): throw HistoryStoreError(failure, operation: operation)
            case .decoding(let error): throw HistoryStoreError(error, operation: operation, location: location)
            }
        }
    }
}
