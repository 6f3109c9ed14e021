import ConversationHistory
import ConversationHistoryLibrary

/// A check for missing artifact versions in rows ordered by name and version.
///
/// The versions of an artifact are numbered from 1, and are only removed all together.
package struct ArtifactVersions {
    private var name = ""
    private var version = 0

    package init() {}

    /// Returns whether a version is the next one in order, and continues from it.
    package mutating func isNext(_ version: Int, of name: String) -> Bool {
        // Names are compared by bytes, and none is empty. The version was read, so it may be any number.
        let expected = name.utf8.elementsEqual(self.name.utf8) ? self.version &+ 1 : 1
        (self.name, self.version) = (name, version)
        return version == expected
    }
}
