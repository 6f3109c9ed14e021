import ConversationHistory
import ConversationHistoryLibrary

/// Tells whether versions of artifacts are missing, as these come ordered by their names and versions.
///
/// The versions of an artifact are numbered from 1, and are only removed all together.
package struct ArtifactVersions {
    private var name = ""
    private var version = 0

    package init() {}

    /// Whether a version is the one that has to come now.
    package mutating func isNext(_ version: Int, of name: String) -> Bool {
        // By bytes, as names are compared; none of them is empty. The number was read, and may be any.
        let expected = name.utf8.elementsEqual(self.name.utf8) ? self.version &+ 1 : 1
        (self.name, self.version) = (name, version)
        return version == expected
    }
}
