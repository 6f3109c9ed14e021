import ConversationHistory
import DurableFiles

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension JSONHistoryFile.Policy {
    /// The policy for the files of a directory library.
    ///
    /// The title, the owner and the metadata may change while a conversation is open: they are merged, and aren't part
    /// of the revision.
    static var library: Self {
        Self(
            removesStaleTemporaries: false,
            revision: { $0.libraryMark },
            stamp: { snapshot in
                var record = snapshot.storedRecord
                record?.countSave()
                snapshot.storedRecord = record
            }
        )
    }
}

/// The operations of a library on the history file of a conversation.
extension JSONHistoryFile {
    /// Loads the conversation for a store of the library.
    ///
    /// - Returns: The snapshot; `nil` if the conversation doesn't exist within the scope.
    func load(in place: LibraryPlace) throws(HistoryStoreError) -> ConversationSnapshot<Message>? {
        let found = try remembering { () throws(HistoryStoreError) in try readBody(place, "load") }
        guard let base = found else {
            try checkTrash(place, "load")
            tracker.didFindNothing()
            return nil
        }
        guard place.scope.includes(base.content.stored.snapshot.owner) else {
            known = nil
            tracker.didLoseTrack()
            return nil
        }
        var snapshot = base.content.stored.snapshot
        snapshot.annotation = nil
        tracker.didLoad(
            &snapshot,
            SeenState(revision: base.content.libraryMark, attributes: ConversationAttributes(snapshot))
        )
        return snapshot
    }

    /// Saves a snapshot for a store of the library.
    ///
    /// - Returns: The new index entry.
    func save(
        _ snapshot: ConversationSnapshot<Message>,
        in place: LibraryPlace
    ) throws(HistoryStoreError) -> IndexedConversation? {
        try LibraryName.check(place.id.rawValue, operation: "save")
        let save = tracker.beginSave(of: snapshot)
        let attributes = ConversationAttributes(snapshot)
        return try withFile("save", .exclusive) { file throws(HistoryStoreError) in
            try withCurrentBase(of: file, for: save) { base throws(HistoryStoreError) in
                let new = try prepared(snapshot, onto: base, for: save, in: place)
                do throws(HistoryStoreError) {
                    return try write(new, to: file, onto: base, for: PendingSave(save, details: attributes))
                } catch {
                    throw error.code == .tooLarge ? refusal(of: snapshot, mergedTo: new) ?? error : error
                }
            }
            return indexed(place)
        }
    }

    /// Returns a conflict for a save that is too large only after merging; `nil` if the snapshot alone is too large.
    private func refusal(
        of snapshot: ConversationSnapshot<Message>,
        mergedTo new: ConversationSnapshot<Message>
    ) -> HistoryStoreError? {
        guard ConversationAttributes(new) != ConversationAttributes(snapshot) else { return nil }
        do throws(SnapshotError) { try HistoryWriter<Message>(limits: limits).check(snapshot) } catch { return nil }
        return HistoryStoreError(
            .conflict,
            operation: "save",
            location: "a library",
            reason: """
                Together with what someone else has written since this store loaded or saved it, the title and the \
                metadata are too large. Nothing was changed.
                """
        )
    }

    /// Returns the snapshot to write, or throws if the save is refused.
    private func prepared(
        _ snapshot: ConversationSnapshot<Message>,
        onto base: Base?,
        for save: TrackedSave,
        in place: LibraryPlace
    ) throws(HistoryStoreError) -> ConversationSnapshot<Message> {
        let admission = save.admission(onto: base?.content.libraryMark)
        var new = snapshot
        new.detach()
        guard let base else {
            try checkTrash(place, "save", isSeen: !admission.isAdmitted)
            // The conversation was purged: a late save doesn't recreate it.
            guard admission.isAdmitted else { throw HistoryStoreError.noSuchConversation("save") }
            if new.owner == nil { new.owner = place.scope.owner }
            guard place.scope.includes(new.owner) else { throw HistoryStoreError.outsideOfScope("save") }
            try LibraryName.check(new.owner, operation: "save")
            try attempt("save", place.setOrphansAside)
            new.storedRecord = LibraryRecord(new, in: place)
            return new
        }
        let stored = ConversationAttributes(base.content.stored.snapshot)
        guard place.scope.includes(stored.owner), case .admitted(let seen) = admission.kind else {
            throw HistoryStoreError.unseenState("save")
        }
        let merged = ConversationAttributes(snapshot).merged(seen: seen?.attributes ?? stored, stored: stored)
        guard place.scope.includes(merged.owner) else { throw HistoryStoreError.outsideOfScope("save") }
        if merged.owner != stored.owner { try LibraryName.check(merged.owner, operation: "save") }
        merged.apply(to: &new)
        var record = base.content.stored.snapshot.libraryRecord(place.id, base.identity)
        record.updated = max(snapshot.updated ?? record.updated, record.updated)
        new.storedRecord = record
        return new
    }

    /// Creates the conversation.
    func create(
        _ snapshot: ConversationSnapshot<Message>,
        in place: LibraryPlace,
        _ operation: String
    ) throws(HistoryStoreError) -> IndexedConversation? {
        try withFile(operation, .exclusive) { file throws(HistoryStoreError) in
            let identity = try attempt(operation) { () throws(FileFailure) in try file.identity() }
            let trashed = try attempt(operation) { () throws(FileFailure) in try place.trashed() }
            guard identity == nil, trashed == nil else { throw HistoryStoreError.idIsTaken(operation) }
            try begin(file, with: snapshot, in: place)
            return indexed(place)
        }
    }

    /// Changes the conversation and sets the date of its last change.
    ///
    /// - Parameter countsRevision: Whether stores that have the conversation open get a conflict.
    func update(
        in place: LibraryPlace,
        _ operation: String,
        countsRevision: Bool = false,
        _ change: @Sendable (inout ConversationSnapshot<Message>) throws(HistoryStoreError) -> Void
    ) throws(HistoryStoreError) -> IndexedConversation? {
        let found = try attempt(operation) { () throws(FileFailure) -> DurableFile? in
            guard let file = try place.body(), try file.identity() != nil else { return nil }
            return file
        }
        guard let file = found else { throw .noSuchConversation(operation) }
        return try withLock(of: file, operation, .exclusive) { () throws(HistoryStoreError) in
            guard let (decoded, identity) = try read(file, for: operation),
                place.scope.includes(decoded.snapshot.owner)
            else { throw HistoryStoreError.noSuchConversation(operation) }
            var snapshot = decoded.snapshot
            var record = snapshot.libraryRecord(place.id, identity)
            record.updated = .now.storable
            try change(&snapshot)
            snapshot.updated = record.updated
            snapshot.storedRecord = record
            let base = try base(decoded, identity)
            // This can fail only if another program ignores the lock.
            guard
                try write(snapshot, to: file, onto: base, isNewState: countsRevision, for: nil)
            else { throw conflict("Another program changes the file without taking its lock.") }
            return indexed(place)
        }
    }

    /// Reads a conversation outside the trash, without caching it.
    func snapshot(
        in place: LibraryPlace,
        _ operation: String
    ) throws(HistoryStoreError) -> ConversationSnapshot<Message> {
        guard let (decoded, _) = try readBody(place, operation), place.scope.includes(decoded.snapshot.owner) else {
            throw .noSuchConversation(operation)
        }
        var snapshot = decoded.snapshot
        snapshot.annotation = nil
        return snapshot
    }

    /// Returns a conversation outside the trash, from the cache if the file hasn't changed.
    func current(
        in place: LibraryPlace,
        _ operation: String
    ) throws(HistoryStoreError) -> ConversationSnapshot<Message> {
        guard let file = try attempt(operation, place.body) else { throw .noSuchConversation(operation) }
        known = try withLock(of: file, operation, .shared) { () throws(HistoryStoreError) -> Base? in
            let identity = try attempt(operation) { () throws(FileFailure) in try file.identity() }
            if let known, known.identity == identity, try isUnchanged(file, since: known) { return known }
            known = nil
            guard let (decoded, identity) = try read(file, for: operation) else { return nil }
            return try base(decoded, identity)
        }
        guard var snapshot = known?.content.stored.snapshot, place.scope.includes(snapshot.owner) else {
            throw .noSuchConversation(operation)
        }
        snapshot.annotation = nil
        return snapshot
    }

    private func readBody(
        _ place: LibraryPlace,
        _ operation: String
    ) throws(HistoryStoreError) -> (DecodedHistory<Message>, FileIdentity)? {
        guard let file = try attempt(operation, place.body) else { return nil }
        return try withLock(of: file, operation, .shared) { () throws(HistoryStoreError) in
            try read(file, for: operation)
        }
    }

    /// Throws if the conversation is in the trash; the error depends on the scope.
    ///
    /// - Parameter isSeen: For a save, whether the store has loaded or saved the conversation before.
    private func checkTrash(
        _ place: LibraryPlace,
        _ operation: String,
        isSeen: Bool? = nil
    ) throws(HistoryStoreError) {
        guard let (name, trash) = try attempt(operation, place.trashed) else { return }
        let file = try attempt(operation) { () throws(FileFailure) in try trash.file(name.body) }
        let owner: Owner?
        do throws(HistoryStoreError) {
            owner = try read(file, for: operation)?.0.snapshot.owner
        } catch {
            // The conversation may be the caller's own, and must not look like an unused id.
            throw .noSuchConversation(operation)
        }
        guard place.scope.includes(owner) else {
            if isSeen != nil { throw .unseenState(operation) }
            return
        }
        throw .noSuchConversation(operation)
    }

    /// Writes the first snapshot of a conversation.
    private func begin(
        _ file: DurableFile,
        with snapshot: ConversationSnapshot<Message>,
        in place: LibraryPlace
    ) throws(HistoryStoreError) {
        var snapshot = snapshot
        try attempt("create", place.setOrphansAside)
        snapshot.storedRecord = LibraryRecord(snapshot, in: place)
        try replace(file, by: snapshot, lineage: ConversationID.unique().rawValue, for: nil)
    }

    private func indexed(_ place: LibraryPlace) -> IndexedConversation? {
        known.map {
            IndexedConversation($0.content.stored.snapshot, $0.identity, $0.content.layout, id: place.id, at: nil)
        }
    }
}

extension JSONHistoryFile.Content {
    /// The revision of this content for a store of the library.
    ///
    /// It ignores the title, the owner and the metadata, which the library may change while the conversation is open.
    fileprivate var libraryMark: StoredRevision {
        guard let layout else { return mark }
        let record = stored.snapshot.storedRecord
        return StoredRevision(
            lineage: lineage,
            mark:
                "\(record?.revision ?? 0)-\(record?.mark ?? "")-\(layout.lineCount)-\(layout.checksum.value)\(turnMark)"
        )
    }

    /// A suffix that distinguishes states of the open turn, which isn't written as a line yet.
    ///
    /// A store outside a library saves the open turn without counting the revision.
    private var turnMark: String {
        guard let turn = stored.snapshot.openTurn else { return "" }
        guard let position = stored.snapshot.draftPosition else { return "-\(turn.id.rawValue)" }
        var text = JSONWriter(capacity: 1024)
        // The entry was stored, so it can be encoded.
        try? EntryCoding<Message>().write(stored.snapshot.entries.box(at: position), to: &text)
        let checksum = text.withUnsafeBytes { CRC32(of: $0).value }
        return "-\(turn.id.rawValue)-\(checksum)"
    }
}

extension LibraryRecord {
    /// Creates the record of a conversation that is stored for the first time.
    fileprivate init<Message>(_ snapshot: ConversationSnapshot<Message>, in place: LibraryPlace) {
        let created = snapshot.created ?? .now.storable
        self.init(id: place.id, created: created, updated: snapshot.updated ?? created, revision: 0)
        mark = ConversationID.unique().rawValue
    }
}
