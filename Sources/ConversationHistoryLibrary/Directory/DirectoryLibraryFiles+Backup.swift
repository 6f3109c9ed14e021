import ConversationHistory
import DurableFiles

/// Backups of the whole directory while it is in use.
extension DirectoryLibraryFiles {
    /// Copies the histories and the artifacts, byte for byte, without the index, which is rebuilt when it is needed.
    ///
    /// Damaged files are copied as they are; a backup doesn't check them.
    func backUp(to path: String) throws(HistoryStoreError) {
        let new = try NewDirectory(forBackupAt: path, calls: directory.calls)
        do throws(HistoryStoreError) {
            try copyConversations(to: new.directory)
            try attempt("back up") { () throws(FileFailure) in try new.install() }
        } catch {
            new.discard()
            throw error
        }
    }

    private func copyConversations(to copy: DurableDirectory) throws(HistoryStoreError) {
        let operation = "back up"
        let root = try attempt(operation) { () throws(FileFailure) in try directory.root() }
        guard root != nil else { return }
        var copied: Set<String> = []
        var hasCopied = true
        // The first pass may miss a conversation in both directories if it is deleted or restored meanwhile.
        while hasCopied {
            hasCopied = false
            for part in [LibraryDirectory.Part.conversations, .trash] {
                let names = try attempt(operation) { () throws(FileFailure) in try directory.existing(part)?.names() }
                for name in names ?? [] {
                    guard let stem = Self.stem(of: name, in: part), !copied.contains(stem) else { continue }
                    let place = LibraryPlace(directory, stem: stem)
                    let wasThere = try withReadLock(of: place, operation) { () throws(HistoryStoreError) in
                        try attempt(operation) { () throws(FileFailure) in
                            try copyOne(name, stem, in: part, to: copy)
                        }
                    }
                    guard wasThere else { continue }
                    copied.insert(stem)
                    hasCopied = true
                }
            }
        }
    }

    /// Copies a history with its artifacts, and first removes what an earlier attempt copied.
    ///
    /// - Returns: Whether the history exists.
    private func copyOne(
        _ name: String,
        _ stem: String,
        in part: LibraryDirectory.Part,
        to copy: DurableDirectory
    ) throws(FileFailure) -> Bool {
        // In the trash this is also the name of the directory of the artifacts.
        let place = String(name.dropLast(LibraryDirectory.ending.count))
        let artifactsPart = part == .trash ? part : .artifacts
        let earlier = try copy.subdirectory(part.rawValue)
        if let earlier, try earlier.status(of: name) != nil {
            try earlier.remove(name)
            try copy.subdirectory(artifactsPart.rawValue)?.removeTree(place)
        }
        guard let source = try directory.existing(part), try source.status(of: name)?.kind == .regular else {
            return false
        }
        let target = try copy.subdirectory(creating: part.rawValue, durability: .full)
        guard try source.file(name).copy(to: target.file(name), durability: .full) else { return false }
        let live = try directory.existing(.artifacts)?.subdirectory(stem)
        guard let artifacts = part == .trash ? try source.subdirectory(place) ?? live : live else { return true }
        let home = try copy.subdirectory(creating: artifactsPart.rawValue, durability: .full)
        try artifacts.copyAll(to: home.subdirectory(creating: place, durability: .full), durability: .full)
        return true
    }

    /// Returns the stem of a conversation's history; `nil` for other files.
    private static func stem(of name: String, in part: LibraryDirectory.Part) -> String? {
        guard !name.hasPrefix("."), name.hasSuffix(LibraryDirectory.ending) else { return nil }
        return part == .trash ? TrashedName(name)?.stem : String(name.dropLast(LibraryDirectory.ending.count))
    }
}
