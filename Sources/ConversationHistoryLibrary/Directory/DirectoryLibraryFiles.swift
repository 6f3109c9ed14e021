import ConversationHistory
import DurableFiles

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The files of a ``DirectoryConversationLibrary``, shared by its scoped views and their stores.
///
/// Its methods block, so they must be called on a `BlockingWorker`.
final class DirectoryLibraryFiles<Message: HistoryMessage>: Sendable {
    let directory: LibraryDirectory
    let durability: ConversationHistory.Durability
    let limits: HistoryLimits
    let lockTimeout: Duration
    /// `nil` until the index is read.
    private let index = Lock<LibraryIndex?>(nil)
    /// The history that was read last, so that reading it page by page reads the file once.
    private let reading = Lock<(stem: String, file: JSONHistoryFile<Message>)?>(nil)

    init(
        path: String,
        durability: ConversationHistory.Durability,
        limits: HistoryLimits,
        lockTimeout: Duration,
        calls: any SystemCalls
    ) {
        directory = LibraryDirectory(
            path: path,
            durability: durability == .full ? .full : .processCrash,
            calls: calls
        )
        self.durability = durability
        self.limits = limits
        self.lockTimeout = lockTimeout
    }

    /// Returns the history file of a conversation for one writer.
    func history(_ place: LibraryPlace) -> JSONHistoryFile<Message> {
        JSONHistoryFile(
            path: directory.path + "/" + LibraryDirectory.Part.conversations.rawValue + "/" + place.name,
            durability: durability,
            limits: limits,
            lockTimeout: lockTimeout,
            policy: .library,
            open: { () throws(FileFailure) in try place.createdBody() }
        )
    }

    /// Returns the history file of a conversation for readers.
    func reader(_ place: LibraryPlace) -> JSONHistoryFile<Message> {
        let new = history(place)
        return reading.withLock { reading in
            if let reading, reading.stem == place.stem { return reading.file }
            reading = (place.stem, new)
            return new
        }
    }

    /// Runs file system calls and converts a failure.
    func attempt<Result: ~Copyable>(
        _ operation: String,
        _ body: () throws(FileFailure) -> Result
    ) throws(HistoryStoreError) -> Result {
        do throws(FileFailure) { return try body() } catch { throw HistoryStoreError(error, operation: operation) }
    }

    // MARK: - The index

    /// Updates the index after a save, so that the file need not be read for it.
    func note(_ file: IndexedConversation?, for stem: String) {
        guard let file else { return }
        index.withLock { $0?.take(file, for: stem) }
    }

    /// Returns the index's entry for a file, which may be stale.
    func indexed(_ stem: String) -> IndexedConversation? { currentIndex().files[stem] }

    private func currentIndex() -> LibraryIndex {
        if let index = index.withLock({ $0 }) { return index }
        let read = readIndex()
        return index.withLock { index in
            if let index { return index }
            index = read
            return read
        }
    }

    /// Reads the index; if it is unusable, the histories contain the same information.
    private func readIndex() -> LibraryIndex {
        var index: LibraryIndex?
        do throws(FileFailure) {
            if let reader = try directory.root()?.file(LibraryDirectory.indexName).openForReading(limit: 1 << 31) {
                var bytes = [UInt8](repeating: 0, count: Int(reader.identity.size))
                let count = try bytes.withUnsafeMutableBufferPointer { buffer throws(FileFailure) in
                    try reader.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
                }
                if count == bytes.count { index = LibraryIndex(decoding: bytes, messageFormat: Message.formatName) }
            }
        } catch {
            // The index is rebuilt; if the histories cannot be read either, that is reported then.
        }
        return index ?? LibraryIndex()
    }

    /// Writes the index; after a failure, or if another process is writing it, a later call writes it.
    private func saveIndex(_ index: LibraryIndex) {
        do throws(FileFailure) {
            guard let file = try directory.root()?.file(LibraryDirectory.indexName) else { return }
            let lock = try file.lock(.exclusive, timeout: .zero)
            let bytes = index.encoded(messageFormat: Message.formatName)
            // The index need not survive a power loss, because it can be rebuilt.
            _ = try file.replace(durability: .processCrash) { output throws(FileFailure) in
                try bytes.withUnsafeBufferPointer { bytes throws(FileFailure) in
                    try output.write(UnsafeRawBufferPointer(bytes))
                }
            }
            _ = file.removeStaleTemporaries(olderThan: 86400)
            lock.unlock()
            self.index.withLock { $0?.unsavedCount = 0 }
        } catch {
            // The index is optional.
        }
    }

    // MARK: - Reading the files

    /// Returns information about all conversations; reads only histories that have changed.
    func infos(_ operation: String) throws(HistoryStoreError) -> [(stem: String, info: ConversationInfo)] {
        let known = currentIndex()
        var new = LibraryIndex(unsavedCount: known.unsavedCount)
        new.files.reserveCapacity(known.files.count)
        var infos: [(stem: String, info: ConversationInfo)] = []
        try attempt(operation) { () throws(FileFailure) in
            let conversations = try directory.existing(.conversations)
            // Conversations first, then the trash: a conversation that moves meanwhile may be missed, but isn't listed
            // twice.
            let names = try conversations?.names() ?? []
            conversations?.removeStaleTemporaries(among: names, olderThan: 86400)
            for name in names where name.hasSuffix(LibraryDirectory.ending) {
                let stem = String(name.dropLast(LibraryDirectory.ending.count))
                guard !name.hasPrefix("."), let conversations else { continue }
                guard let file = try look(at: name, in: conversations, stem, known.files[stem]) else { continue }
                new.files[stem] = file
                if let info = file.info { infos.append((stem, info)) }
            }
            let trash = try directory.existing(.trash)
            for name in try trash?.names() ?? [] {
                guard let trash, let trashed = TrashedName(name), new.files[trashed.stem]?.info == nil,
                    let file = try look(at: name, in: trash, trashed.stem, known.files[trashed.stem])
                else { continue }
                new.files[trashed.stem] = file
                guard var info = file.info else { continue }
                info.deleted = trashed.deleted
                infos.append((trashed.stem, info))
            }
        }
        var goneCount = known.files.count
        for (stem, file) in new.files {
            let old = known.files[stem]
            if old != nil { goneCount -= 1 }
            // Entries of the same state are equal and need not be compared.
            if old?.state != file.state { new.unsavedCount += 1 }
        }
        new.unsavedCount += goneCount
        index.withLock { $0 = new }
        if new.isWorthSaving { saveIndex(new) }
        return infos
    }

    /// Returns information about a conversation, and its name in the trash if it is there.
    func info(
        in place: LibraryPlace,
        _ operation: String
    ) throws(HistoryStoreError) -> (info: ConversationInfo, trashed: TrashedName?) {
        let known = indexed(place.stem)
        let found = try attempt(operation) { () throws(FileFailure) -> (IndexedConversation, TrashedName?)? in
            if let directory = try directory.existing(.conversations),
                let file = try look(at: place.name, in: directory, place.stem, known)
            {
                return (file, nil)
            }
            guard let (name, trash) = try place.trashed(),
                let file = try look(at: name.body, in: trash, place.stem, known)
            else { return nil }
            return (file, name)
        }
        guard let (file, trashed) = found, var info = file.info, place.scope.includes(info.owner) else {
            throw .noSuchConversation(operation)
        }
        note(file, for: place.stem)
        info.deleted = trashed?.deleted
        return (info, trashed)
    }

    /// Throws unless a conversation exists within the scope and outside the trash.
    func checkLive(_ place: LibraryPlace, _ operation: String) throws(HistoryStoreError) {
        guard try info(in: place, operation).trashed == nil else { throw .noSuchConversation(operation) }
    }

    /// Returns the index entry of a file, and reads the file if its state differs; `nil` if it isn't a regular file.
    func look(
        at name: String,
        in directory: DurableDirectory,
        _ stem: String,
        _ known: IndexedConversation?
    ) throws(FileFailure) -> IndexedConversation? {
        guard let status = try directory.status(of: name), status.kind == .regular else { return nil }
        let file = try directory.file(name)
        let seconds = self.directory.calls.currentSeconds()
        if var known, known.state == IndexedConversation.State(status.identity), file.matches(known.proof) {
            if known.state.isOld(at: seconds) { known.proof = nil }
            return known
        }
        do throws(HistoryStoreError) {
            return try read(file, stem, as: Message.self, at: seconds)
        } catch {
            if [.wrongMessageType, .undecodableMessage].contains(error.code),
                // The history is intact, so everything but the messages can be read. If that fails, too, the first
                // error counts.
                let found = try? read(file, stem, as: UninterpretedMessage.self, at: seconds)
            {
                return found
            }
            // A foreign file isn't a conversation, unless it was one before.
            if error.code == .notAHistory, known?.info == nil, Self.isDocument(file) {
                return IndexedConversation(state: .init(status.identity), info: nil, at: seconds)
            }
            return Self.unreadable(status.identity, stem, known, error, at: seconds)
        }
    }

    /// Reads a file for the index; `nil` if it is gone.
    private func read<Other: HistoryMessage>(
        _ file: DurableFile,
        _ stem: String,
        as type: Other.Type,
        at seconds: Int64
    ) throws(HistoryStoreError) -> IndexedConversation? {
        let found: (DecodedHistory<Other>, FileIdentity)?
        found = try file.readHistory(limits: limits, for: "list", at: file.path)
        guard let (decoded, identity) = found else { return nil }
        let id = Self.id(of: stem, decoded.snapshot.storedRecord)
        guard let id else { return IndexedConversation(state: .init(identity), info: nil, at: seconds) }
        return IndexedConversation(decoded.snapshot, identity, decoded.layout, id: id, at: seconds)
    }

    /// Returns whether a file begins like JSON; a file that doesn't is the remainder of a history.
    private static func isDocument(_ file: DurableFile) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 64)
        do throws(FileFailure) {
            let count = try bytes.withUnsafeMutableBufferPointer { buffer throws(FileFailure) in
                try file.openForReading(limit: .max)?.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0) ?? 0
            }
            let start = bytes.prefix(count).first { ![9, 10, 13, 32].contains($0) }
            return start == UInt8(ascii: "{") || start == UInt8(ascii: "[")
        } catch {
            // The file was readable a moment ago; in doubt it is listed.
            return false
        }
    }

    /// Returns the index entry of an unreadable file: the last known information, or at least the id.
    private static func unreadable(
        _ identity: FileIdentity,
        _ stem: String,
        _ known: IndexedConversation?,
        _ error: HistoryStoreError,
        at seconds: Int64
    ) -> IndexedConversation {
        var state = IndexedConversation.State(identity)
        // An intact history may be unreadable because of a later version or wider limits.
        let isDamaged = error.historyProblem != .unreadableHistory
        // The next call retries these, and failures of the system that may be temporary.
        if error.systemCall != nil || !isDamaged { state.size = -1 }
        if var known, known.info != nil {
            known.info?.isDamaged = isDamaged
            var found = IndexedConversation(state: state, info: known.info, at: seconds)
            found.isOwnerKnown = known.isOwnerKnown
            return found
        }
        guard let id = id(of: stem, nil) else {
            return IndexedConversation(state: state, info: nil, at: seconds)
        }
        let modified = identity.modified
        let info = ConversationInfo(id: id, created: modified, updated: modified, isDamaged: isDamaged)
        var found = IndexedConversation(state: state, info: info, at: seconds)
        found.isOwnerKnown = false
        return found
    }

    /// Returns the id of the conversation in a file; `nil` if the file isn't one.
    private static func id(of stem: String, _ record: LibraryRecord?) -> ConversationID? {
        if let text = LibraryFileName.decode(stem) {
            let isName = !text.isEmpty && text.utf8.count <= LibraryName.maximumCount && !text.utf8.contains(0)
            return isName ? ConversationID(text) : nil
        }
        guard let record, LibraryFileName.encode(record.id.rawValue) == stem else { return nil }
        return record.id
    }
}

extension DurableFile {
    /// Returns whether the file still matches a proof.
    fileprivate func matches(_ proof: IndexedConversation.Proof?) -> Bool {
        switch proof {
        case nil: return true
        case .end(let content):
            do throws(FileFailure) { return try holds(content) } catch {
                // Reading the whole file reports the error.
                return false
            }
        case .whole: return false
        }
    }
}
