import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension LibraryImporter {
    typealias Archived = ArchivedConversation<Library.Message>

    /// Brings a conversation into the library, or finds that it is there.
    func place(_ conversation: Archived, _ report: inout ImportReport) async throws(HistoryStoreError) {
        var conversation = conversation
        if conversation.snapshot.owner == nil { conversation.snapshot.owner = library.scope.owner }
        guard library.scope.includes(conversation.snapshot.owner) else { throw .outsideOfScope("import") }
        let item = ImportReport.Item(id: conversation.id, storedID: conversation.id, line: conversation.line)
        var found = try await library.infoIfPresent(of: conversation.id)
        if found == nil {
            do throws(HistoryStoreError) {
                try await add(conversation)
                report.imported.append(item)
                return
            } catch {
                guard error.code == .conflict || error.code == .alreadyExists else { throw error }
                // Somebody may have saved it meanwhile, such as another import of it.
                found = try await library.infoIfPresent(of: conversation.id)
                if found == nil {
                    // The id is that of a conversation that the scope does not show: there is nothing to compare with,
                    // and nothing that could be replaced.
                    switch collision {
                    case .fail, .replace: throw error
                    case .skip: report.skipped.append(item)
                    case .rename: try await addRenamed(conversation, item, &report)
                    }
                    return
                }
            }
        }
        guard let existing = found else { return }
        if existing.isDamaged, collision != .rename, collision != .skip { throw .idIsTaken("import") }
        if try await isThere(conversation, existing, item, &report) { return }
        switch collision {
        case .fail: throw .idIsTaken("import")
        case .skip: report.skipped.append(item)
        case .rename: try await addRenamed(conversation, item, &report)
        case .replace:
            try await replace(existing, with: conversation)
            report.replaced.append(item)
        }
    }

    /// Adds a conversation under an id that is free; removes it again if the library fails on the way.
    private func add(_ conversation: Archived) async throws(HistoryStoreError) {
        let id = conversation.id
        try await library.store(for: id).save(conversation.snapshot)
        do throws(HistoryStoreError) {
            try await save(conversation.files, in: id)
            if conversation.isDeleted { try await library.delete(id) }
        } catch {
            // The first failure is the one to be told; what cannot be removed now is completed by the next import.
            try? await removeAdded(conversation)
            throw error
        }
    }

    /// Removes a conversation that was added, as long as it is as it was added: what others have done with it stays.
    private func removeAdded(_ conversation: Archived) async throws(HistoryStoreError) {
        let id = conversation.id
        func added() async throws(HistoryStoreError) -> ConversationContents<Library.Message>? {
            let contents = try await library.contents(of: id)
            guard contents.problems.isEmpty else { return nil }
            let there = Archived(contents)
            guard try there.records() == conversation.records(),
                FilePlan(from: there.files, to: conversation.files).isAddition
            else { return nil }
            return contents
        }
        guard let before = try await added() else { return }
        if before.info.deleted == nil { try await library.delete(id) }
        // In the trash nobody changes it; but somebody may have done so just before it came there.
        guard let deleted = try await added()?.info.deleted else {
            if before.info.deleted == nil { try await library.restore(id) }
            return
        }
        var request = PurgeRequest.conversation(id)
        // Not one that somebody has taken out meanwhile, and put back.
        request.deletedBefore = deleted.addingTimeInterval(1e-6)
        _ = try await library.purge(request)
    }

    /// Adds a conversation under a new id that its content determines, unless it is there already.
    private func addRenamed(
        _ conversation: Archived,
        _ item: ImportReport.Item,
        _ report: inout ImportReport
    ) async throws(HistoryStoreError) {
        var item = item
        let mark = String(decoding: HistoryFooter.digits(of: try conversation.checksum()), as: UTF8.self)
        var number = 1
        while true {
            let ending = number == 1 ? "-\(mark)" : "-\(mark)-\(number)"
            number += 1
            var renamed = conversation
            renamed.id = ConversationID(conversation.id.rawValue.shortened(by: ending) + ending)
            if renamed.snapshot.id == conversation.id { renamed.snapshot.id = renamed.id }
            item.storedID = renamed.id
            if let existing = try await library.infoIfPresent(of: renamed.id) {
                if try await isThere(renamed, existing, item, &report) { return }
                continue
            }
            do throws(HistoryStoreError) {
                try await add(renamed)
            } catch {
                guard error.code == .conflict || error.code == .alreadyExists else { throw error }
                // As above.
                if let existing = try await library.infoIfPresent(of: renamed.id),
                    try await isThere(renamed, existing, item, &report)
                {
                    return
                }
                continue
            }
            report.imported.append(item)
            report.renamed.append(item)
            return
        }
    }

    // MARK: - What is there

    /// How much of a conversation is in the library.
    private enum Presence {
        /// All of it.
        case whole
        /// The history, but not all of the files: an import of it was cut off.
        case beginning(missing: [Archived.File])
        /// What the library has is another conversation.
        case another
    }

    /// Finds a conversation in the library, and completes it if an import of it was cut off.
    ///
    /// - Returns: Whether it is there now, and reported; if not, what is there is another one.
    private func isThere(
        _ conversation: Archived,
        _ existing: ConversationInfo,
        _ item: ImportReport.Item,
        _ report: inout ImportReport
    ) async throws(HistoryStoreError) -> Bool {
        switch try await presence(of: conversation, in: existing) {
        case .whole: report.alreadyThere.append(item)
        case .beginning(let missing):
            try await complete(conversation, existing, with: missing)
            report.imported.append(item)
            if item.storedID != item.id { report.renamed.append(item) }
        case .another: return false
        }
        return true
    }

    /// Compares a conversation with what the library has under its id.
    private func presence(
        of conversation: Archived,
        in existing: ConversationInfo
    ) async throws(HistoryStoreError) -> Presence {
        guard !existing.isDamaged, let stored = try await library.contentsIfPresent(of: existing.id), stored.isWhole,
            try stored.records() == conversation.records()
        else { return .another }
        let plan = FilePlan(from: stored.files, to: conversation.files)
        guard plan.isAddition else { return .another }
        // With all the files, one that is in the trash in only one of both places is another one: somebody may have put
        // it there, or taken it out.
        if plan.added.isEmpty { return stored.isDeleted == conversation.isDeleted ? .whole : .another }
        return .beginning(missing: plan.added)
    }

    /// Adds what is missing of a conversation whose import was cut off.
    private func complete(
        _ conversation: Archived,
        _ existing: ConversationInfo,
        with missing: [Archived.File]
    ) async throws(HistoryStoreError) {
        if existing.deleted != nil { try await library.restore(existing.id) }
        try await save(missing, in: existing.id)
        if conversation.isDeleted { try await library.delete(existing.id) }
    }

    /// Saves files, each as the next version of its name.
    ///
    /// - Throws: A conflict if somebody else has saved a version of one meanwhile.
    func save(_ files: [Archived.File], in id: ConversationID) async throws(HistoryStoreError) {
        for file in files {
            let name = file.name.rawValue
            let info = try await library.saveArtifact(file.data, named: name, type: file.type, in: id)
            guard info.version == file.version else { throw .unseenState("import") }
        }
    }
}

extension ArchivedConversation {
    /// The history as it is stored.
    func records() throws(HistoryStoreError) -> [UInt8] {
        do throws(SnapshotError) { return try snapshot.encoded() } catch {
            throw HistoryStoreError(error, operation: "import", location: "a library")
        }
    }

    /// A number that the content determines.
    fileprivate func checksum() throws(HistoryStoreError) -> UInt32 {
        var sum = CRC32()
        try records().withUnsafeBytes { sum.update($0) }
        for file in files { file.update(&sum) }
        return sum.value
    }
}

extension ArchivedConversation.File {
    /// Adds what determines the file to a checksum.
    func update(_ sum: inout CRC32) {
        Array("\(name.rawValue.utf8.count) \(type ?? "") \(data.count) \(name)".utf8)
            .withUnsafeBytes { sum.update($0) }
        data.withUnsafeBytes { sum.update($0) }
    }
}

extension String {
    /// Returns as much of the beginning as leaves room for an ending in a name.
    func shortened(by ending: String) -> String {
        var name = self
        while name.utf8.count + ending.utf8.count > LibraryName.maximumCount { name.unicodeScalars.removeLast() }
        return name
    }
}
