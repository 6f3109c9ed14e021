import ConversationHistory

/// A property that must hold for all bytes that can be read as a snapshot.
package enum SnapshotProperty {
    /// A violation of the property.
    package struct Violation: Error, CustomStringConvertible {
        package let description: String
    }

    /// Decodes bytes, and checks that the snapshot survives another round of encoding and decoding in each style.
    ///
    /// - Returns: Whether the bytes could be decoded.
    /// - Throws: ``Violation``.
    @discardableResult
    package static func check(_ bytes: [UInt8]) throws(Violation) -> Bool {
        let snapshot: ConversationSnapshot<ChatMessage>
        do throws(SnapshotDecodingError) {
            snapshot = try ConversationSnapshot(decoding: bytes)
        } catch { return false }
        for style in [SnapshotStyle.lines, .pretty] {
            let written: [UInt8]
            do throws(SnapshotError) {
                written = try snapshot.encoded(style: style)
            } catch { throw Violation(description: "What was read cannot be written: \(error)") }
            let again: ConversationSnapshot<ChatMessage>
            do throws(SnapshotDecodingError) {
                again = try ConversationSnapshot(decoding: written)
            } catch { throw Violation(description: "What was written cannot be read: \(error)") }
            guard again == snapshot else { throw Violation(description: "What was written reads as something else.") }
            // Encoding succeeded a moment ago, so `try?` hides no error here: `nil` fails the comparison below.
            let twice = try? again.encoded(style: style)
            guard twice == written else { throw Violation(description: "It is written otherwise the second time.") }
        }
        return true
    }
}
