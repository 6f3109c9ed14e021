import ConversationHistory
import DurableFiles

/// The check of everything that is in the directory.
extension DirectoryLibraryFiles {
    /// Reads everything and reports what does not fit together.
    ///
    /// Others may be writing meanwhile: what looks like a problem is looked at again while they are kept out.
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
                    // Somebody works on it, and what is only left over may be his.
                    guard error.code == .busy, found.allSatisfy({ $0.kind == .stray }) else { throw error }
                    found = []
                }
            }
            problems += found
        }
        // A caller that sees only some conversations is not told what else is there.
        if scope == .everyone { problems += try strays(Set(infos.map(\.stem))) }
        return problems
    }

    /// Reads a conversation wherever it is, and returns what is wrong with it.
    private func problems(of place: LibraryPlace) throws(HistoryStoreError) -> [LibraryProblem] {
        let operation = "verify"
        // One that was listed a moment ago may be gone.
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

    /// Reads a history, and compares it with what the index says.
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

    // MARK: - What belongs to no conversation

    /// Something that belongs to no conversation as far as was seen.
    private struct Suspect {
        let part: LibraryDirectory.Part
        let name: String
        /// The name of the files of the conversation that it would belong to; `nil` if it can belong to none.
        let stem: String?
    }

    /// Finds what belongs to no conversation.
    ///
    /// Hidden files are ignored, unless they are temporary and old: a library doesn't own them, or still needs them.
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
                    // Somebody may just be creating it, or moving it into the trash or out of it.
                    isStray = try body.withLock(.shared, timeout: lockTimeout, orThrow: { $0 }) {
                        () throws(FileFailure) -> Bool in try self.isStray(suspect)
                    }
                } else {
                    isStray = try self.isStray(suspect)
                }
            } catch {
                // What is locked is somebody's.
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

    /// Whether something is there still, and belongs to no conversation that is there by now.
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

    /// Whether there is a conversation whose files have a name, in the trash or outside of it.
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

    /// Temporary files in the directory itself and in the trash that were left by a crash.
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
