import ConversationHistory

/// Encodes ids and artifact names, which may be any text, as file names.
///
/// A lower-case letter, a digit, `_`, `-`, and a dot that is neither first nor last stay as they are; every other byte
/// is written as `%` and two digits. File names therefore cannot escape their directory, and remain distinct on file
/// systems that ignore case or Unicode normalization. Device names on Windows are escaped. A file name that would be
/// too long is truncated and ends with `~` and a hash of the whole text.
enum LibraryFileName {
    /// The maximum length of a file name in bytes, without endings.
    static let longest = 200

    private static let hashCount = 32
    private static let digits = Array("0123456789ABCDEF".utf8)
    private static let devices: Set<String> = Set(
        ["con", "prn", "aux", "nul"] + ["com", "lpt"].flatMap { name in (0...9).map { "\(name)\($0)" } }
    )

    /// Returns the file name for a text.
    static func encode(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let stem = String(decoding: bytes.prefix { $0 != UInt8(ascii: ".") }, as: UTF8.self)
        let isDevice = devices.contains(stem)
        var encoded: [UInt8] = []
        encoded.reserveCapacity(bytes.count * 3)
        var kept = 0
        for (position, byte) in bytes.enumerated() {
            let isInner = position > 0 && position < bytes.count - 1
            if isPlain(byte, isInner: isInner), !(isDevice && position == 0) {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
            if encoded.count <= longest - hashCount - 1 { kept = encoded.count }
        }
        if encoded.count > longest {
            let hash = SHA256.hash(bytes).prefix(hashCount / 2).flatMap {
                [digits[Int($0 >> 4)], digits[Int($0 & 15)]]
            }
            encoded = encoded.prefix(kept) + [UInt8(ascii: "~")] + hash
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Returns the text of a file name; `nil` if the name is invalid or was truncated.
    static func decode(_ name: String) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(name.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digits.firstIndex(of:)),
                let low = rest.popFirst().flatMap(digits.firstIndex(of:))
            else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        // Only the canonical encoding is valid.
        guard let text = String(validating: bytes, as: UTF8.self), encode(text) == name else { return nil }
        return text
    }

    private static func isPlain(_ byte: UInt8, isInner: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "_"), UInt8(ascii: "-"): true
        case UInt8(ascii: "."): isInner
        default: false
        }
    }
}
