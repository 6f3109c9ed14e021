import DurableFiles

extension DurableFile {
    /// Reads the history in this file; `nil` if there is no file.
    ///
    /// - Parameter location: What an error names as its place.
    func readHistory<Message: HistoryMessage>(
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
