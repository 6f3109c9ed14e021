import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension LibraryImporter {
    typealias Archived = ArchivedConversation<Library.Message>

    /// Imports a conversation, unless the library already has it.
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
                // Another writer may have saved it meanwhile, such as a second import of the conversation.
                found = try await library.infoIfPresent(of: conversation.id)
                if found == nil {
                    // The id belongs to a conversation outside the scope, which can be neither compared nor replaced.
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

    /// Adds a conversation under a free id; removes it again if the library fails midway.
    private func add(_ conversation: Archived) async throws(HistoryStoreError) {
        let id = conversation.id
        try await library.store(for: id).save(conversation.snapshot)
        do throws(HistoryStoreError) {
            try await save(conversation.files, in: id)
            if conversation.isDeleted { try await library.delete(id) }
        } catch {
            // Report the first failure. If the removal fails, the next import completes the conversation.
            try? await removeAdded(conversation)
            throw error
        }
    }

    /// Removes a conversation that this import added, unless another writer has changed it since.
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
        // A conversation in the trash does not change, but another writer may have changed it just before the deletion.
        guard let deleted = try await added()?.info.deleted else {
            if before.info.deleted == nil { try await library.restore(id) }
            return
        }
        var request = PurgeRequest.conversation(id)
        // Spare a conversation that was restored meanwhile and deleted again.
        request.deletedBefore = deleted.addingTimeInterval(1e-6)
        _ = try await library.purge(request)
    }

    /// Adds a conversation under a new id derived from its content, unless the library already has it.
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
                // Another writer may have saved it meanwhile.
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

    // MARK: - Presence

    /// The part of a conversation that the library already has.
    private enum Presence {
        /// The complete conversation.
        case whole
        /// The history without some of the files, left by an interrupted import.
        case beginning(missing: [Archived.File])
        /// A different conversation under the same id.
        case another
    }

    /// Reports a conversation that the library already has, and completes it after an interrupted import.
    ///
    /// - Returns: `true` if the library has the conversation now, which is then in the report; `false` if its id
    ///   belongs to another conversation.
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

    /// Compares a conversation with the one that the library has under its id.
    private func presence(
        of conversation: Archived,
        in existing: ConversationInfo
    ) async throws(HistoryStoreError) -> Presence {
        guard !existing.isDamaged, let stored = try await library.contentsIfPresent(of: existing.id), stored.isWhole,
            try stored.records() == conversation.records()
        else { return .another }
        let plan = FilePlan(from: stored.files, to: conversation.files)
        guard plan.isAddition else { return .another }
        // With all files present, a different trash state makes it another conversation: somebody may have deleted or
        // restored it.
        if plan.added.isEmpty { return stored.isDeleted == conversation.isDeleted ? .whole : .another }
        return .beginning(missing: plan.added)
    }

    /// Completes a conversation after an interrupted import.
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
    /// - Throws: A conflict if another writer has saved a version of one of them meanwhile.
    func save(_ files: [Archived.File], in id: ConversationID) async throws(HistoryStoreError) {
        for file in files {
            let name = file.name.rawValue
            let info = try await library.saveArtifact(file.data, named: name, type: file.type, in: id)
            guard info.version == file.version else { throw .unseenState("import") }
        }
    }
}

extension ArchivedConversation {
    /// Returns the history in its stored form.
    func records() throws(HistoryStoreError) -> [UInt8] {
        do throws(SnapshotError) { return try snapshot.encoded() } catch {
            throw HistoryStoreError(error, operation: "import", location: "a library")
        }
    }

    /// Returns a checksum of the history and the files.
    fileprivate func checksum() throws(HistoryStoreError) -> UInt32 {
        var sum = CRC32()
        try records().withUnsafeBytes { sum.update($0) }
        for file in files { file.update(&sum) }
        return sum.value
    }
}

extension ArchivedConversation.File {
    /// Adds the file's name, type and data to a checksum.
    func update(_ sum: inout CRC32) {
        Array("\(name.rawValue.utf8.count) \(type ?? "") \(data.count) \(name)".utf8)
            .withUnsafeBytes { sum.update($0) }
        data.withUnsafeBytes { sum.update($0) }
    }
}

extension String {
    /// Returns a prefix that leaves room for an ending within the longest allowed name.
    func shortened(by ending: String) -> String {
        var name = self
        while name.utf8.count + ending.utf8.count > LibraryName.maximumCount { name.unicodeScalars.removeLast() }
        return name
    }
}
