#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

extension StoredDate {
    /// The stored form of a date as a value.
    package static func value(of date: Date) -> JSONValue {
        var text = JSONWriter(capacity: 64)
        write(date, to: &text)
        return text.withPaddedBytes { bytes in
            var reader = JSONReader(bytes)
            // What a writer has written is a number or a string.
            return (try? reader.readValue()) ?? .null
        }
    }
}
