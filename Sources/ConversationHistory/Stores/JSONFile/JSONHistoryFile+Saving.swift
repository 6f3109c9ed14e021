package import DurableFiles

extension JSONHistoryFile {
    /// The size in bytes that blanks must reach, besides half of the file, before a save replaces the file to remove
    /// them.
    private static var fewestBlanks: Int { 64 << 10 }
    private static var neverLoaded: String { "There is a history that this store has not loaded. Load it first." }
    /// The age in seconds, one day, at which a temporary file must be left over from a crash.
    private static var staleAge: Int64 { 86400 }

    func save(_ snapshot: ConversationSnapshot<Message>) throws(HistoryStoreError) {
        let save = tracker.beginSave(of: snapshot)
        try withFile("save", .exclusive) { file throws(HistoryStoreError) in
            try withCurrentBase(of: file, for: save) { base throws(HistoryStoreError) in
                try check(save.admission(onto: base?.content.mark))
                return try write(snapshot, to: file, onto: base, for: PendingSave(save))
            }
        }
    }

    /// Runs a body with the content of the file, and again if the body finds that the file has changed.
    ///
    /// - Parameter body: A function that returns whether the file was as expected, so that the save is done.
    package func withCurrentBase(
        of file: DurableFile,
        for save: TrackedSave,
        _ body: (Base?) throws(HistoryStoreError) -> Bool
    ) throws(HistoryStoreError) {
        // Other writers of this package wait for the lock. A program that doesn't take it may write again and again.
        for _ in 0..<3 {
            if try body(try currentBase(of: file, for: save)) { return }
            known = nil
        }
        throw conflict("Another program changes the file without taking its lock.")
    }

    /// Returns the content of the file, or `nil` if there is no file.
    private func currentBase(of file: DurableFile, for save: TrackedSave) throws(HistoryStoreError) -> Base? {
        guard let status = try attempt("save", { () throws(FileFailure) in try file.status() }) else {
            // The unreadable file was moved away by other means.
            if loadFailure != nil { tracker.didFindNothing() }
            known = nil
            loadFailure = nil
            return nil
        }
        if var known, known.identity == status.identity {
            known.status = status
            return known
        }
        if save.expectsNothing {
            if let loadFailure { throw Self.refusal(after: loadFailure, at: path) }
            throw conflict(Self.neverLoaded)
        }
        let found: (DecodedHistory<Message>, FileIdentity)?
        do throws(HistoryStoreError) { found = try read(file, for: "save") } catch {
            throw loadFailure == nil ? error : Self.refusal(after: error, at: path)
        }
        guard let (decoded, identity) = found else { return nil }
        loadFailure = nil
        // The file was touched, but its content may be the same, as in a restored copy or after a change of its date.
        if var known, decoded.fingerprint == known.content.fingerprint {
            known.identity = identity
            known.status = nil
            known.content.layout = decoded.layout
            self.known = known
            return known
        }
        var base = try base(decoded, identity)
        base.mustReplace = attempts.contains(decoded.fingerprint)
        known = base
        return base
    }

    private static func refusal(after error: HistoryStoreError, at path: String) -> HistoryStoreError {
        HistoryStoreError(
            error.code,
            operation: "save",
            location: path,
            offset: error.offset,
            undecodableMessage: error.undecodableMessage,
            systemCall: error.systemCall,
            reason: "It could not be loaded, so it is not written over. \(error.reason)"
        )
    }

    /// Throws an error unless a save may go ahead.
    func check(_ admission: SaveAdmission) throws(HistoryStoreError) {
        switch admission.kind {
        case .admitted: return
        case .neverLoaded: throw conflict(Self.neverLoaded)
        case .gone: throw conflict("The file that was loaded or saved is no longer there.")
        case .conflict: throw conflict("Someone else has written the history since it was loaded or saved here.")
        }
    }

    func overwrite(with snapshot: ConversationSnapshot<Message>) throws(HistoryStoreError) {
        let save = tracker.beginSave(of: snapshot)
        try withFile("overwrite", .exclusive) { file throws(HistoryStoreError) in
            try checkWritable(attempt("overwrite") { () throws(FileFailure) in try file.identity() })
            try replace(file, by: snapshot, lineage: ConversationID.unique().rawValue, for: PendingSave(save))
        }
    }

    func quarantine() throws(HistoryStoreError) -> String {
        try withFile("quarantine", .exclusive) { file throws(HistoryStoreError) in
            do throws(FileFailure) {
                let path = try file.moveAside(suffix: ConversationID.unique().rawValue)
                forget()
                return path
            } catch {
                // The file was moved nevertheless, so a new history can begin.
                if error.kind == .notDurable { forget() }
                throw HistoryStoreError(error, operation: "quarantine")
            }
        }
    }

    private func forget() {
        known = nil
        loadFailure = nil
        tracker.didClear()
    }

    /// A writer's pending save, with the details to remember about the state that it writes.
    package struct PendingSave {
        let save: TrackedSave
        let details: (any Sendable)?

        package init(_ save: TrackedSave, details: (any Sendable)? = nil) {
            self.save = save
            self.details = details
        }
    }

    /// The state that is being written, as it is reported to the tracker.
    private struct PendingState {
        let save: TrackedSave?
        let state: SeenState
    }

    private func pendingState(_ content: Content, _ pending: PendingSave?) -> PendingState {
        PendingState(
            save: pending?.save,
            state: SeenState(revision: policy.revision(content), details: pending?.details)
        )
    }

    /// Writes the differences between a snapshot and the file.
    ///
    /// - Parameters:
    ///   - base: The content of the file; `nil` if there is no file.
    ///   - isNewState: Whether a snapshot that differs is stamped as a new state, so that other writers get a conflict.
    ///   - pending: The writer's save; `nil` for a change by the library that owns the file.
    /// - Returns: `false` if the file's content was not as expected; then nothing was changed.
    package func write(
        _ snapshot: ConversationSnapshot<Message>,
        to file: DurableFile,
        onto base: Base?,
        isNewState: Bool = true,
        for pending: PendingSave?
    ) throws(HistoryStoreError) -> Bool {
        guard var base else {
            try replace(file, by: snapshot, lineage: ConversationID.unique().rawValue, for: pending)
            return true
        }
        try checkWritable(base.identity)
        var snapshot = snapshot
        snapshot.descent = .detached
        var members: [UInt8]
        let difference: HistoryDifference<Message>
        do throws(SnapshotError) {
            members = try writer.members(of: snapshot)
            difference = try base.content.stored.difference(
                to: snapshot,
                members: members,
                lineage: base.content.lineage,
                writer: writer
            )
            if isNewState, !difference.isNone {
                policy.stamp(&snapshot)
                members = try writer.members(of: snapshot)
            }
        } catch { throw HistoryStoreError(error, operation: "save", location: path) }
        switch difference {
        // The remains of an interrupted save are removed even if there is nothing else to write.
        case .none where !base.mustReplace && base.content.layout?.isClean != false:
            base.content.stored = StoredSnapshot(
                snapshot,
                lineage: base.content.lineage,
                members: members,
                writer: writer
            )
            let state = pendingState(base.content, pending)
            state.save?.didWrite(state.state)
            known = base
            return true
        case .tail(let position):
            guard style == .lines, let layout = appendableLayout(of: base) else { fallthrough }
            return try append(file, snapshot, from: position, members, onto: base, behind: layout, for: pending)
        default:
            guard try isUnchanged(file, since: base) else { return false }
            try replace(file, found: base.status, by: snapshot, lineage: base.content.lineage, for: pending)
            return true
        }
    }

    /// Throws an error if the mode of the file doesn't let anyone write it.
    ///
    /// Without this check, the system would refuse an append but allow a replacement.
    private func checkWritable(_ identity: FileIdentity?) throws(HistoryStoreError) {
        guard let identity, identity.mode & 0o222 == 0 else { return }
        throw HistoryStoreError(
            .permissionDenied,
            operation: "save",
            location: path,
            reason: "The mode of the file says that nobody may write it; nothing was changed."
        )
    }

    /// Returns whether the file still has the known content.
    ///
    /// Its identity is no proof: if dates are coarse and file numbers are reused, another file can have the same
    /// identity.
    package func isUnchanged(_ file: DurableFile, since base: Base) throws(HistoryStoreError) -> Bool {
        try attempt("save") { () throws(FileFailure) in
            if let layout = base.content.layout { return try file.holds(layout.footerEnd) }
            guard let reader = try file.openForReading(foundAs: base.identity) else { return false }
            return try reader.documentFingerprint() == base.content.fingerprint
        }
    }

    /// Returns the layout of the file if a save may append to it.
    private func appendableLayout(of base: Base) -> HistoryLayout? {
        guard let layout = base.content.layout, layout.isClean, !base.mustReplace,
            // Writing in place would also change the file under its other names, such as those in a copy made of hard
            // links. A replacement leaves those unchanged.
            base.identity.linkCount <= 1,
            layout.blankCount < max(Self.fewestBlanks, Int(base.identity.size) / 2)
        else { return nil }
        return layout
    }

    /// Writes the new lines and a new footer after the old footer, and then blanks out the old footer.
    private func append(
        _ file: DurableFile,
        _ snapshot: ConversationSnapshot<Message>,
        from position: HistoryWriter<Message>.Position,
        _ members: [UInt8],
        onto base: Base,
        behind old: HistoryLayout,
        for pending: PendingSave?
    ) throws(HistoryStoreError) -> Bool {
        var tail = JSONWriter(capacity: 16 << 10)
        let original = base
        var base = base
        let end = base.identity.size
        lastRevision += 1
        do throws(SnapshotError) {
            base.content.layout = try writer.writeTail(
                of: snapshot,
                from: position,
                behind: old,
                end: Int(end),
                members: members,
                revision: lastRevision,
                to: &tail
            )
            base.content.stored = StoredSnapshot(
                snapshot,
                lineage: base.content.lineage,
                members: members,
                writer: writer
            )
        } catch { throw HistoryStoreError(error, operation: "save", location: path) }
        base.content.revision = lastRevision
        if let layout = base.content.layout { base.content.fingerprint = HistoryFingerprint(layout) }
        let pending = pendingState(base.content, pending)
        pending.save?.willWrite(pending.state)
        let blank = HistoryFooter.blank(count: old.footerCount)
        do throws(FileFailure) {
            let outcome = try tail.withUnsafeBytes { bytes throws(FileFailure) -> AppendOutcome in
                try blank.withUnsafeBufferPointer { blank throws(FileFailure) -> AppendOutcome in
                    try file.append(
                        expecting: base.identity,
                        holding: old.footerEnd,
                        at: end,
                        durability: durability,
                        bytes: bytes,
                        then: (offset: Int64(old.footerOffset), bytes: UnsafeRawBufferPointer(blank))
                    )
                }
            }
            base.identity = outcome.identity
            base.content.layout?.isClean = outcome.blanked
            learn(base, pending)
            return true
        } catch {
            if error.kind == .changed {
                pending.save?.didNotWrite(pending.state.revision)
                return false
            }
            if error.mayHaveWritten { attempts.insert(base.content.fingerprint) }
            recordFailedAppend(error, to: file, onto: original)
            if !error.mayHaveWritten { pending.save?.didNotWrite(pending.state.revision) }
            throw HistoryStoreError(error, operation: "save")
        }
    }

    /// Records the state in which a failed append has left the file.
    private func recordFailedAppend(_ failure: FileFailure, to file: DurableFile, onto base: Base) {
        var base = base
        switch failure.kind {
        case .appendFailed(restored: true): break
        case .appendFailed, .syncFailed, .notDurable: base.mustReplace = true
        // Nothing was written.
        default: return
        }
        // If the identity cannot be read, the next save reads the whole file again, and finds that it is the same.
        if let identity = try? file.identity() { base.identity = identity }
        known = base
    }

    /// Writes the whole snapshot into a new file, which then replaces the old one.
    ///
    /// - Parameter found: The current status of the file, if it was just determined.
    package func replace(
        _ file: DurableFile,
        found: FileStatus? = nil,
        by snapshot: ConversationSnapshot<Message>,
        lineage: String,
        for pending: PendingSave?
    ) throws(HistoryStoreError) {
        lastRevision += 1
        let stored = try stored(snapshot, lineage: lineage, for: "save")
        var replacement = try attempt("save") { () throws(FileFailure) in try file.startReplacing(found: found) }
        let content: Content
        do throws(HistoryWriteFailure<FileFailure>) {
            let (layout, fingerprint) = try writer.write(
                snapshot,
                style: style,
                lineage: lineage,
                revision: lastRevision
            ) { bytes throws(FileFailure) in try replacement.write(bytes) }
            content = Content(
                stored: stored,
                lineage: lineage,
                revision: lastRevision,
                fingerprint: fingerprint,
                layout: layout
            )
        } catch {
            switch error {
            case .encoding(let error): throw HistoryStoreError(error, operation: "save", location: path)
            case .passing(let failure): throw HistoryStoreError(failure, operation: "save")
            }
        }
        let state = pendingState(content, pending)
        state.save?.willWrite(state.state)
        do throws(FileFailure) {
            let identity = try replacement.commit(durability: durability)
            learn(Base(identity: identity, content: content), state)
        } catch {
            if error.kind == .notDurable, let identity = error.installed {
                learn(Base(identity: identity, content: content, mustReplace: true), state)
            } else if error.cause?.call == "renameat" {
                // A rename may have happened although it reported a failure.
                attempts.insert(content.fingerprint)
            } else {
                state.save?.didNotWrite(state.state.revision)
            }
            throw HistoryStoreError(error, operation: "save")
        }
        if policy.removesStaleTemporaries { _ = file.removeStaleTemporaries(olderThan: Self.staleAge) }
    }

    /// Records the content of the file after a save.
    private func learn(_ base: Base, _ pending: PendingState) {
        known = base
        loadFailure = nil
        attempts = []
        recovery = nil
        pending.save?.didWrite(pending.state)
    }

    package func conflict(_ reason: String) -> HistoryStoreError {
        HistoryStoreError(.conflict, operation: "save", location: path, reason: "\(reason) Nothing was changed.")
    }
}
