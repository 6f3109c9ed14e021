#if PostgreSQL
import ConversationHistory

extension CRC32 {
    /// Returns the checksum of bytes.
    static func value(of bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { CRC32(of: $0).value } }
}
#endif
