import ConversationHistory

/// The names of files for ids and artifacts, which are any text.
///
/// A lower-case letter, a digit, `_`, `-`, and a dot that is neither first nor last stand for themselves; every other
/// byte is written as `%` and two digits. So no name leads out of its directory, and no two of them are the same on a
/// file system that takes `A` for `a`, or a composed `é` for a decomposed one. The names of devices on Windows are
/// broken up. What would be too long is cut, and a hash of all of it follows behind a `~`.
enum LibraryFileName {
    /// The most bytes that a name takes up; endings are added to it.
    static let longest = 200

    private static let hashCount = 32
    private static let digits = Array("0123456789ABCDEF".utf8)
    private static let devices: Set<String> = Set(
        ["con", "prn", "aux", "nul"] + ["com", "lpt"].flatMap { name in (0...9).map { "\(name)\($0)" } }
    )

    /// Returns the name of the file for a text.
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

    /// Returns the text that a name stands for; `nil` if it stands for none, or for one that was too long for it.
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
        // Only the one spelling that is written counts.
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
