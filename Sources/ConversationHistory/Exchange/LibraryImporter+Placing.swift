extension LibraryImporter {
    typealias Archived = ArchivedConversation<Library.Message>

    /// Brings a conversation into the library, or finds that it is there.
    func place(_ conversation: Archived, _ report: inout ImportReport) async throws(HistoryStoreError) {
        var conversation = conversation
        try LibraryName.check(conversation.id.rawValue, operation: "import")
        if conversation.snapshot.owner == nil { conversation.snapshot.owner = library.scope.owner }
        guard library.scope.includes(conversation.snapshot.owner) else { throw .outsideOfScope("import") }
        let item = ImportReport.Item(id: conversation.id, storedID: conversation.id, line: conversation.line)
        guard let existing = try await library.infoIfPresent(of: conversation.id) else {
            do throws(HistoryStoreError) {
                try await add(conversation)
                report.imported.append(item)
                return
            } catch {
                // The id is that of a conversation that the scope does not show: there is nothing to compare with, and
                // nothing that could be replaced.
                guard error.code == .conflict || error.code == .alreadyExists else { throw error }
                switch collision {
                case .fail, .replace: throw error
                case .skip: report.skipped.append(item)
                case .rename: try await addRenamed(conversation, item, &report)
                }
                return
            }
        }
        if existing.isDamaged, collision != .rename, collision != .skip { throw .idIsTaken("import") }
        if try await has(conversation, existing) {
            report.alreadyThere.append(item)
            return
        }
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
    func add(_ conversation: Archived) async throws(HistoryStoreError) {
        let id = conversation.id
        try await library.store(for: id).save(conversation.snapshot)
        do throws(HistoryStoreError) {
            for file in conversation.files {
                _ = try await library.saveArtifact(file.data, named: file.name.rawValue, type: file.type, in: id)
            }
            if conversation.isDeleted { try await library.delete(id) }
        } catch {
            // The first failure is the one to be told; what cannot be removed now is found by the next import.
            try? await library.delete(id)
            _ = try? await library.purge(.conversation(id))
            throw error
        }
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
                guard try await has(renamed, existing) else { continue }
                report.alreadyThere.append(item)
                return
            }
            do throws(HistoryStoreError) {
                try await add(renamed)
            } catch {
                guard error.code == .conflict || error.code == .alreadyExists else { throw error }
                continue
            }
            report.imported.append(item)
            report.renamed.append(item)
            return
        }
    }

    // MARK: - What is there

    /// Whether the library has a conversation with the same content.
    private func has(_ conversation: Archived, _ existing: ConversationInfo) async throws(HistoryStoreError) -> Bool {
        guard (existing.deleted != nil) == conversation.isDeleted, !existing.isDamaged,
            let stored = try await library.contentsIfPresent(of: existing.id)
        else { return false }
        guard stored.files == conversation.files else { return false }
        return try stored.records() == conversation.records()
    }

    // MARK: - Replacing

    /// Puts a conversation in the place of another; if the library fails on the way, the old one is put back.
    private func replace(
        _ existing: ConversationInfo,
        with conversation: Archived
    ) async throws(HistoryStoreError) {
        guard let old = try await library.contentsIfPresent(of: existing.id) else {
            throw .noSuchConversation("replace")
        }
        if old.isDeleted { try await library.restore(old.id) }
        do throws(HistoryStoreError) {
            try await write(conversation, over: old)
        } catch {
            // The first failure is the one to be told.
            try? await write(old, over: nil)
            if old.isDeleted { try? await library.delete(old.id) }
            throw error
        }
        if conversation.isDeleted { try await library.delete(old.id) }
    }

    /// Writes a conversation over one that is not in the trash.
    ///
    /// - Parameter old: What is there; `nil` if that is not known.
    private func write(_ new: Archived, over old: Archived?) async throws(HistoryStoreError) {
        let store = library.store(for: new.id)
        let loaded = try await store.load()
        if let old, let loaded, loaded != old.snapshot { throw .unseenState("replace") }
        try await store.save(new.snapshot)
        var stored = old?.files ?? []
        if old == nil { stored = try await library.contentsIfPresent(of: new.id)?.files ?? [] }
        let wanted = new.filesByName
        let present = Dictionary(grouping: stored, by: \.name)
        for (name, versions) in present where !(wanted[name] ?? []).starts(with: versions) {
            try await library.removeArtifact(named: name.rawValue, in: new.id)
        }
        for (name, versions) in wanted.sorted(by: { $0.key < $1.key }) {
            let there = present[name] ?? []
            let missing = versions.starts(with: there) ? versions[there.count...] : versions[...]
            for file in missing {
                _ = try await library.saveArtifact(file.data, named: file.name.rawValue, type: file.type, in: new.id)
            }
        }
    }
}

extension ArchivedConversation {
    /// The history as it is stored.
    fileprivate func records() throws(HistoryStoreError) -> [UInt8] {
        do throws(SnapshotError) { return try snapshot.encoded() } catch {
            throw HistoryStoreError(error, operation: "import", location: "a library")
        }
    }

    /// A number that the content determines.
    fileprivate func checksum() throws(HistoryStoreError) -> UInt32 {
        var sum = CRC32()
        try records().withUnsafeBytes { sum.update($0) }
        for file in files {
            Array("\(file.name.rawValue.utf8.count) \(file.type ?? "") \(file.data.count) \(file.name)".utf8)
                .withUnsafeBytes { sum.update($0) }
            file.data.withUnsafeBytes { sum.update($0) }
        }
        return sum.value
    }
}

extension String {
    /// Returns as much of the beginning as leaves room for an ending in a name.
    fileprivate func shortened(by ending: String) -> String {
        var name = self
        while name.utf8.count + ending.utf8.count > LibraryName.maximumCount { name.unicodeScalars.removeLast() }
        return name
    }
}
