import ConversationHistory

/// What must hold for any bytes that are read as a snapshot.
package enum SnapshotProperty {
    /// How a rule was broken.
    package struct Violation: Error, CustomStringConvertible {
        package let description: String
    }

    /// Reads bytes and checks that what was read stays the same when it is written and read again, in each style.
    ///
    /// - Returns: Whether the bytes were read at all.
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
            let twice = try? again.encoded(style: style)
            // It could be written a moment ago, so no error is hidden here.
            guard twice == written else { throw Violation(description: "It is written otherwise the second time.") }
        }
        return true
    }
}
