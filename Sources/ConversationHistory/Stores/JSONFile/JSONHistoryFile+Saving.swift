import DurableFiles

extension JSONHistoryFile {
    /// Blanks take up at least so many bytes, and half of the file, before they are worth a replacement.
    private static var fewestBlanks: Int { 64 << 10 }
    /// Temporary files that are older than a day were left by a crash.
    private static var staleAge: Int64 { 86400 }

    func save(_ snapshot: ConversationSnapshot<Message>) throws(HistoryStoreError) {
        try withFile("save", .exclusive) { file throws(HistoryStoreError) in
            let identity = try attempt("save") { () throws(FileFailure) in try file.identity() }
            switch knowledge {
            case .none, .absent:
                guard identity == nil else {
                    throw conflict("There is a history that this store has not loaded.")
                }
                try replace(file, by: snapshot, lineage: ConversationID.unique().rawValue)
            case .unreadable(let error):
                guard identity == nil else {
                    throw HistoryStoreError(
                        error.code,
                        operation: "save",
                        location: path,
                        offset: error.offset,
                        undecodableMessage: error.undecodableMessage,
                        systemCall: error.systemCall,
                        reason: "It could not be loaded, so it is not written over. \(error.reason)"
                    )
                }
                try replace(file, by: snapshot, lineage: ConversationID.unique().rawValue)
            case .stored(let base):
                guard let identity else {
                    throw conflict("The file that this store has loaded or saved is no longer there.")
                }
                try save(snapshot, to: file, onto: try verified(base, file, identity))
            }
        }
    }

    func overwrite(with snapshot: ConversationSnapshot<Message>) throws(HistoryStoreError) {
        try withFile("overwrite", .exclusive) { file throws(HistoryStoreError) in
            try replace(file, by: snapshot, lineage: ConversationID.unique().rawValue)
        }
    }

    func quarantine() throws(HistoryStoreError) -> String {
        try withFile("quarantine", .exclusive) { file throws(HistoryStoreError) in
            do throws(FileFailure) {
                let path = try file.moveAside(suffix: ConversationID.unique().rawValue)
                knowledge = .absent
                return path
            } catch {
                // It was moved nonetheless, and a new history can begin.
                if error.kind == .notDurable { knowledge = .absent }
                throw HistoryStoreError(error, operation: "quarantine")
            }
        }
    }

    /// Returns what the store knows of the file, if the file is still the one that it knows.
    func verified(
        _ base: Base,
        _ file: DurableFile,
        _ identity: FileIdentity
    ) throws(HistoryStoreError) -> Base {
        if identity == base.identity { return base }
        // Something has touched the file. What is in it may still be the same: a copy that was put back, a new date.
        guard let (decoded, identity) = try read(file, for: "save") else {
            throw conflict("The file that this store has loaded or saved is no longer there.")
        }
        let isOwnAttempt = attempts.contains(decoded.fingerprint)
        if !isOwnAttempt, decoded.fingerprint != base.fingerprint, isLibraryChange(decoded, of: base) {
            return try self.base(decoded, identity)
        }
        guard isOwnAttempt || decoded.fingerprint == base.fingerprint else {
            throw conflict("Someone else has written the history since this store loaded or saved it.")
        }
        var base = base
        base.identity = identity
        base.layout = decoded.layout
        if isOwnAttempt { base.mustReplace = true }
        return base
    }

    /// Writes what differs from the file.
    ///
    /// - Parameter countsRevision: Whether a snapshot of a library is given its next revision if anything differs.
    func save(
        _ snapshot: ConversationSnapshot<Message>,
        to file: DurableFile,
        onto base: Base,
        countsRevision: Bool = false
    ) throws(HistoryStoreError) {
        var snapshot = snapshot
        var members: [UInt8]
        let difference: HistoryDifference<Message>
        do throws(SnapshotError) {
            members = try writer.members(of: snapshot)
            difference = try base.stored.difference(
                to: snapshot,
                members: members,
                lineage: base.lineage,
                writer: writer
            )
            if countsRevision, case .none = difference {
            } else if countsRevision {
                snapshot.unknown.library?.revision += 1
                members = try writer.members(of: snapshot)
            }
        } catch { throw HistoryStoreError(error, operation: "save", location: path) }
        switch difference {
        // What a save that was cut short has left is cleared away even if nothing else is to be written.
        case .none where !base.mustReplace && base.layout?.isClean != false:
            var base = base
            base.stored = StoredSnapshot(snapshot, lineage: base.lineage, members: members, writer: writer)
            knowledge = .stored(base)
        case .tail(let position):
            guard style == .lines, let layout = appendableLayout(of: base) else { fallthrough }
            try append(file, snapshot, from: position, members, onto: base, behind: layout)
        default:
            try replace(file, by: snapshot, lineage: base.lineage)
        }
    }

    /// Returns the layout of the file if a save may append to it.
    private func appendableLayout(of base: Base) -> HistoryLayout? {
        guard let layout = base.layout, layout.isClean, !base.mustReplace,
            layout.blankCount < max(Self.fewestBlanks, Int(base.identity.size) / 2)
        else { return nil }
        return layout
    }

    /// Writes the new lines and a new footer behind the old one, and then blanks that out.
    private func append(
        _ file: DurableFile,
        _ snapshot: ConversationSnapshot<Message>,
        from position: HistoryWriter<Message>.Position,
        _ members: [UInt8],
        onto base: Base,
        behind old: HistoryLayout
    ) throws(HistoryStoreError) {
        var tail = JSONWriter(capacity: 16 << 10)
        var base = base
        let end = base.identity.size
        lastRevision += 1
        do throws(SnapshotError) {
            base.layout = try writer.writeTail(
                of: snapshot,
                from: position,
                behind: old,
                end: Int(end),
                members: members,
                revision: lastRevision,
                to: &tail
            )
        } catch { throw HistoryStoreError(error, operation: "save", location: path) }
        let blank = HistoryFooter.blank(count: old.footerCount)
        do throws(FileFailure) {
            let outcome = try tail.withUnsafeBytes { bytes throws(FileFailure) -> AppendOutcome in
                try blank.withUnsafeBufferPointer { blank throws(FileFailure) -> AppendOutcome in
                    try file.append(
                        expecting: base.identity,
                        at: end,
                        durability: durability,
                        bytes: bytes,
                        then: (offset: Int64(old.footerOffset), bytes: UnsafeRawBufferPointer(blank))
                    )
                }
            }
            base.identity = outcome.identity
            if let layout = base.layout { base.fingerprint = HistoryFingerprint(layout) }
            base.layout?.isClean = outcome.blanked
            base.stored = StoredSnapshot(snapshot, lineage: base.lineage, members: members, writer: writer)
            learn(base)
        } catch {
            if let layout = base.layout { attempts.insert(HistoryFingerprint(layout)) }
            recordFailedAppend(error, to: file, onto: base, old)
            throw HistoryStoreError(error, operation: "save")
        }
    }

    /// Remembers in what state an append that failed has left the file.
    private func recordFailedAppend(_ failure: FileFailure, to file: DurableFile, onto base: Base, _ old: HistoryLayout)
    {
        var base = base
        base.layout = old
        switch failure.kind {
        case .appendFailed(restored: true): break
        case .appendFailed, .syncFailed, .notDurable: base.mustReplace = true
        // Nothing was written.
        default: return
        }
        // Without the file's new date the next save reads the whole file again, and finds that it is the same.
        if let identity = try? file.identity() { base.identity = identity }
        knowledge = .stored(base)
    }

    /// Writes the whole snapshot into a new file, and puts that in the place of the old one.
    func replace(
        _ file: DurableFile,
        by snapshot: ConversationSnapshot<Message>,
        lineage: String
    ) throws(HistoryStoreError) {
        var encodingError: SnapshotError?
        var written: (layout: HistoryLayout?, fingerprint: HistoryFingerprint)?
        lastRevision += 1
        let stored = try stored(snapshot, lineage: lineage, for: "save")
        func learn(_ identity: FileIdentity, mustReplace: Bool) {
            guard let written else { return }
            self.learn(
                Base(
                    identity: identity,
                    stored: stored,
                    lineage: lineage,
                    fingerprint: written.fingerprint,
                    layout: written.layout,
                    mustReplace: mustReplace
                )
            )
        }
        do throws(FileFailure) {
            let identity = try file.replace(durability: durability) { output throws(FileFailure) in
                do throws(HistoryWriteFailure<FileFailure>) {
                    written = try writer.write(
                        snapshot,
                        style: style,
                        lineage: lineage,
                        revision: lastRevision
                    ) { bytes throws(FileFailure) in try output.write(bytes) }
                } catch {
                    switch error {
                    case .encoding(let error):
                        encodingError = error
                        throw FileFailure(.changed, operation: "save", path: path)
                    case .passing(let failure): throw failure
                    }
                }
            }
            learn(identity, mustReplace: false)
        } catch {
            if let encodingError { throw HistoryStoreError(encodingError, operation: "save", location: path) }
            if error.kind == .notDurable, let identity = error.installed {
                learn(identity, mustReplace: true)
            } else if let written {
                // A rename that reports a failure may have been carried out.
                attempts.insert(written.fingerprint)
            }
            throw HistoryStoreError(error, operation: "save")
        }
        if removesStaleTemporaries { _ = file.removeStaleTemporaries(olderThan: Self.staleAge) }
    }

    /// Remembers what is in the file after a save.
    private func learn(_ base: Base) {
        knowledge = .stored(base)
        attempts = []
        recovery = nil
    }

    func conflict(_ reason: String) -> HistoryStoreError {
        HistoryStoreError(.conflict, operation: "save", location: path, reason: "\(reason) Nothing was changed.")
    }
}
