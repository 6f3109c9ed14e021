import ConversationHistory
import DurableFiles

/// The verification of the directory.
extension DirectoryLibraryFiles {
    /// Reads everything and reports damage and inconsistencies.
    ///
    /// Concurrent writes can look like problems, so each problem is checked again while writers are locked out.
    func verify(_ scope: LibraryScope) throws(HistoryStoreError) -> [LibraryProblem] {
        var problems: [LibraryProblem] = []
        let infos = try infos("verify")
        for (_, info) in infos where scope.includes(info.owner) {
            let place = LibraryPlace(directory, info.id, scope)
            var found = try self.problems(of: place)
            if !found.isEmpty {
                do throws(HistoryStoreError) {
                    found = try withReadLock(of: place, "verify") { () throws(HistoryStoreError) in
                        try self.problems(of: place)
                    }
                } catch {
                    // The conversation is in use, and its leftovers may be files in use.
                    guard error.code == .busy, found.allSatisfy({ $0.kind == .stray }) else { throw error }
                    found = []
                }
            }
            problems += found
        }
        // A scoped library must not reveal other files.
        if scope == .everyone { problems += try strays(Set(infos.map(\.stem))) }
        return problems
    }

    /// Reads a conversation, in or outside the trash, and returns its problems.
    private func problems(of place: LibraryPlace) throws(HistoryStoreError) -> [LibraryProblem] {
        let operation = "verify"
        // The conversation may have been removed since it was listed.
        guard let (info, trashed) = try current(place, operation),
            let found = try whereabouts(place, trashed, operation)
        else { return [] }
        var problems = try historyProblem(place, found.body).map { [$0] } ?? []
        let artifacts = ArtifactFiles(found.artifacts, directory)
        problems += try artifacts.readAll(of: info.id, at: found.artifactsPath, operation) { _ in }
        if place.scope == .everyone, try attempt(operation, artifacts.hasLeftovers) {
            let description = "In \(found.artifactsPath) is something left of what was cut short; a purge removes it."
            problems.append(LibraryProblem(.stray, description: description))
        }
        return problems
    }

    /// Reads a history and compares it with the index.
    private func historyProblem(
        _ place: LibraryPlace,
        _ file: DurableFile
    ) throws(HistoryStoreError) -> LibraryProblem? {
        do throws(HistoryStoreError) {
            let found: (DecodedHistory<Message>, FileIdentity)?
            found = try file.readHistory(limits: limits, for: "verify", at: file.path)
            guard let (decoded, identity) = found, let known = indexed(place.stem) else { return nil }
            let actual = IndexedConversation(decoded.snapshot, identity, decoded.layout, id: place.id, at: nil)
            guard known.state == actual.state, known != actual else { return nil }
            return LibraryProblem(
                .staleIndex,
                conversation: place.id,
                description: "The index differs from the history; remove \(LibraryDirectory.indexName)."
            )
        } catch {
            return LibraryProblem(
                error.historyProblem ?? .damagedHistory,
                conversation: place.id,
                description: "The history cannot be read. \(error.reason) It is in \(file.path)."
            )
        }
    }

    // MARK: - Strays

    /// A file or directory without a known conversation.
    private struct Suspect {
        let part: LibraryDirectory.Part
        let name: String
        /// The stem of the conversation that it could belong to; `nil` if it cannot belong to any.
        let stem: String?
    }

    /// Finds files and directories that belong to no conversation.
    ///
    /// Hidden files are ignored, unless they are old temporary files: they are foreign, or still in use.
    private func strays(_ stems: Set<String>) throws(HistoryStoreError) -> [LibraryProblem] {
        let operation = "verify"
        let suspects = try attempt(operation) { () throws(FileFailure) in try self.suspects(stems) }
        var strays: [String] = []
        for suspect in suspects {
            var body: DurableFile?
            if let stem = suspect.stem {
                body = try attempt(operation) { () throws(FileFailure) -> DurableFile? in
                    try LibraryPlace(directory, stem: stem).body()
                }
            }
            var isStray = false
            do throws(FileFailure) {
                if let body {
                    // Another process may be creating, deleting or restoring the conversation.
                    isStray = try body.withLock(.shared, timeout: lockTimeout, orThrow: { $0 }) {
                        () throws(FileFailure) -> Bool in try self.isStray(suspect)
                    }
                } else {
                    isStray = try self.isStray(suspect)
                }
            } catch {
                // The conversation is in use.
                guard error.kind == .busy else { throw HistoryStoreError(error, operation: operation) }
            }
            if isStray { strays.append("\(suspect.part.rawValue)/\(suspect.name)") }
        }
        strays += try attempt(operation, staleTemporaries)
        return strays.sorted().map { LibraryProblem(.stray, description: "\($0) belongs to no conversation.") }
    }

    private func suspects(_ stems: Set<String>) throws(FileFailure) -> [Suspect] {
        let ending = LibraryDirectory.ending
        var suspects: [Suspect] = []
        for name in try directory.existing(.conversations)?.names() ?? [] where !name.hasPrefix(".") {
            let stem = name.hasSuffix(ending) ? String(name.dropLast(ending.count)) : nil
            if let stem, stems.contains(stem) { continue }
            suspects.append(Suspect(part: .conversations, name: name, stem: stem))
        }
        for name in try directory.existing(.artifacts)?.names() ?? []
        where !name.hasPrefix(".") && !stems.contains(name) {
            suspects.append(Suspect(part: .artifacts, name: name, stem: name))
        }
        let trash = try directory.existing(.trash)?.names() ?? []
        for name in trash where !name.hasPrefix(".") {
            let body = name.hasSuffix(ending) ? name : name + ending
            let stem = TrashedName(body)?.stem
            if let stem, stems.contains(stem), trash.contains(body) { continue }
            suspects.append(Suspect(part: .trash, name: name, stem: stem))
        }
        return suspects
    }

    /// Returns whether a suspect still exists and still belongs to no conversation.
    private func isStray(_ suspect: Suspect) throws(FileFailure) -> Bool {
        guard let parent = try directory.existing(suspect.part), try parent.status(of: suspect.name) != nil else {
            return false
        }
        guard let stem = suspect.stem else { return true }
        if suspect.part == .trash {
            let ending = LibraryDirectory.ending
            let body = suspect.name.hasSuffix(ending) ? suspect.name : suspect.name + ending
            guard try parent.status(of: body) != nil else { return true }
        }
        return try !isConversation(stem)
    }

    /// Returns whether a conversation with this stem exists, in or outside the trash.
    private func isConversation(_ stem: String) throws(FileFailure) -> Bool {
        let known = indexed(stem)
        if let conversations = try directory.existing(.conversations),
            try look(at: stem + LibraryDirectory.ending, in: conversations, stem, known)?.info != nil
        {
            return true
        }
        guard let (name, trash) = try LibraryPlace(directory, stem: stem).trashed() else { return false }
        return try look(at: name.body, in: trash, stem, known)?.info != nil
    }

    /// Returns the temporary files that a crash left in the directory itself and in the trash.
    private func staleTemporaries() throws(FileFailure) -> [String] {
        var found: [String] = []
        if let root = try directory.root() {
            found += try root.names().filter { root.isStale($0, after: Self.staleAge) }
        }
        if let trash = try directory.existing(.trash) {
            found += try trash.names().filter { trash.isStale($0, after: Self.staleAge) }.map { "trash/" + $0 }
        }
        return found
    }
}
