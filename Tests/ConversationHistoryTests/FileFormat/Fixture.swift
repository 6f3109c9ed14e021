import TestSupport
import Testing

/// A stored history in `Fixtures`, one of those that are never edited.
struct Fixture: Sendable, CustomTestStringConvertible {
    let name: String

    init(_ name: String) { self.name = name }

    var testDescription: String { name }

    /// The content.
    var content: [UInt8] {
        let file = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        let folder = file.dropLast(4).joined(separator: "/") + "/Fixtures"
        guard let content = TemporaryDirectory.content(of: folder + "/" + name) else {
            fatalError("There is no fixture \(name).")
        }
        return content
    }
}
