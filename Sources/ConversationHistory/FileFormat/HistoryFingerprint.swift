/// What tells one saved state of a history from another, wherever and in whatever copy it is met.
///
/// The state of a history of one entry a line has a random lineage and a revision, and its footer's checksum covers both
/// together with all the rest. Of a document all the bytes count.
struct HistoryFingerprint: Hashable, Sendable {
    private let checksum: UInt32
    private let count: Int

    /// The fingerprint as text.
    var text: String { "\(checksum)-\(count)" }

    /// The fingerprint of a history of one entry a line.
    init(_ layout: HistoryLayout) {
        checksum = layout.footerChecksum
        count = layout.lineCount
    }

    /// The fingerprint of a document.
    init(document bytes: UnsafeRawBufferPointer) {
        var checksum = CRC32()
        checksum.update(bytes)
        self.init(document: checksum, count: bytes.count)
    }

    /// The fingerprint of a document whose bytes were read piece by piece.
    init(document checksum: CRC32, count: Int) {
        self.checksum = checksum.value
        self.count = count
    }
}
