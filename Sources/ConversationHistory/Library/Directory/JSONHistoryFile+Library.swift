import DurableFiles

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the file of a conversation does for a library.
extension JSONHistoryFile {
    /// Reads the conversation, for a store of the library.
    ///
    /// - Returns: `nil` if there is none that the scope shows.
    func load(in place: LibraryPlace) throws(HistoryStoreError) -> ConversationSnapshot<Message>? {
        do throws(HistoryStoreError) {
            guard let (decoded, identity) = try readBody(place, "load") else {
                try checkTrash(place, "load")
                knowledge = .absent
                seenAttributes = nil
                return nil
            }
            recovery = nil
            attempts = []
            guard place.scope.includes(decoded.snapshot.owner) else {
                knowledge = .none
                seenAttributes = nil
                return nil
            }
            knowledge = .stored(try base(decoded, identity))
            var snapshot = decoded.snapshot
            snapshot.unknown.library = nil
            seenAttributes = ConversationAttributes(snapshot)
            return snapshot
        } catch {
            if error.code != .busy, error.code != .notFound { knowledge = .unreadable(error) }
            throw error
        }
    }

    /// Saves a snapshot for a store of the library.
    ///
    /// - Returns: What the index is to know of it.
    func save(
        _ snapshot: ConversationSnapshot<Message>,
        in place: LibraryPlace
    ) throws(HistoryStoreError) -> IndexedConversation? {
        try LibraryName.check(place.id.rawValue, operation: "save")
        return try withFile("save", .exclusive) { file throws(HistoryStoreError) in
            let identity = try attempt("save") { () throws(FileFailure) in try file.identity() }
            if let identity {
                try save(snapshot, over: file, identity, in: place)
            } else {
                try checkTrash(place, "save", isSeen: seenAttributes != nil)
                // What this store has seen was removed for good: a late save does not bring it back.
                guard seenAttributes == nil else { throw HistoryStoreError.noSuchConversation("save") }
                var new = snapshot
                if new.owner == nil { new.owner = place.scope.owner }
                guard place.scope.includes(new.owner) else { throw HistoryStoreError.outsideOfScope("save") }
                try begin(file, with: new, in: place)
            }
            seenAttributes = ConversationAttributes(snapshot)
            return indexed(place)
        }
    }

    private func save(
        _ snapshot: ConversationSnapshot<Message>,
        over file: DurableFile,
        _ identity: FileIdentity,
        in place: LibraryPlace
    ) throws(HistoryStoreError) {
        if case .unreadable(let error) = knowledge { throw error }
        guard case .stored(let known) = knowledge, let seen = seenAttributes else {
            throw HistoryStoreError.unseenState("save")
        }
        let base = try verified(known, file, identity)
        let stored = ConversationAttributes(base.stored.snapshot)
        guard place.scope.includes(stored.owner) else { throw HistoryStoreError.unseenState("save") }
        let merged = ConversationAttributes(snapshot).merged(seen: seen, stored: stored)
        guard place.scope.includes(merged.owner) else { throw HistoryStoreError.outsideOfScope("save") }
        var new = snapshot
        merged.apply(to: &new)
        var record = base.stored.snapshot.libraryRecord(place.id, base.identity)
        record.updated = max(snapshot.updated ?? record.updated, record.updated)
        new.unknown.library = record
        try save(new, to: file, onto: base, countsRevision: true)
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

    /// Changes the conversation, and says that it has changed now.
    ///
    /// - Parameter countsRevision: Whether a store that has it open is to meet a conflict.
    func update(
        in place: LibraryPlace,
        _ operation: String,
        countsRevision: Bool = false,
        _ change: @Sendable (inout ConversationSnapshot<Message>) -> Void
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
            change(&snapshot)
            snapshot.updated = record.updated
            snapshot.unknown.library = record
            try save(snapshot, to: file, onto: try base(decoded, identity), countsRevision: countsRevision)
            return indexed(place)
        }
    }

    /// Reads a conversation that is not in the trash, without remembering it.
    func snapshot(
        in place: LibraryPlace,
        _ operation: String
    ) throws(HistoryStoreError) -> ConversationSnapshot<Message> {
        guard let (decoded, _) = try readBody(place, operation), place.scope.includes(decoded.snapshot.owner) else {
            throw .noSuchConversation(operation)
        }
        var snapshot = decoded.snapshot
        snapshot.unknown.library = nil
        return snapshot
    }

    /// Tells whether a file differs from what is known in nothing but what a library changes of open conversations.
    func isLibraryChange(_ decoded: DecodedHistory<Message>, of base: Base) -> Bool {
        let (new, old) = (decoded.snapshot, base.stored.snapshot)
        guard seenAttributes != nil, let newLines = decoded.layout, let oldLines = base.layout else { return false }
        return decoded.lineage == base.lineage
            && newLines.lineCount == oldLines.lineCount
            && newLines.checksum.value == oldLines.checksum.value
            && new.unknown.library?.revision == old.unknown.library?.revision
            && new.openTurn == old.openTurn
            && new.draftPosition == old.draftPosition
            && new.draft == old.draft
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

    /// Throws if the conversation is in the trash: what it throws depends on whether the scope shows it.
    ///
    /// - Parameter isSeen: For a save, whether the store has seen the conversation.
    private func checkTrash(
        _ place: LibraryPlace,
        _ operation: String,
        isSeen: Bool? = nil
    ) throws(HistoryStoreError) {
        guard let (name, trash) = try attempt(operation, place.trashed) else { return }
        let file = try attempt(operation) { () throws(FileFailure) in try trash.file(name.body) }
        var owner: Owner?
        do throws(HistoryStoreError) {
            owner = try read(file, for: operation)?.0.snapshot.owner
        } catch {
            // A history that cannot be read has no owner that is known.
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
        let created = snapshot.created ?? .now.storable
        snapshot.unknown.library = LibraryRecord(
            id: place.id,
            created: created,
            updated: snapshot.updated ?? created,
            revision: 0
        )
        try replace(file, by: snapshot, lineage: ConversationID.unique().rawValue)
    }

    private func indexed(_ place: LibraryPlace) -> IndexedConversation? {
        guard case .stored(let base) = knowledge else { return nil }
        return IndexedConversation(base.stored.snapshot, base.identity, id: place.id)
    }
}
