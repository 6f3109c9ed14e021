import ConversationHistory
import DurableFiles

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Deleting, restoring and purging conversations.
///
/// The location of the history decides whether a conversation is in the trash: each operation takes effect when the
/// history is renamed or removed. After a crash, the artifacts of a conversation in the trash may be in either
/// location; those of a conversation outside the trash are never in the trash.
extension DirectoryLibraryFiles {
    func delete(_ place: LibraryPlace, on date: Date = .now.storable) throws(HistoryStoreError) {
        let operation = "delete"
        try checkLive(place, operation)
        try withLock(of: place, operation) { () throws(HistoryStoreError) in
            try checkLive(place, operation)
            try attempt(operation) { () throws(FileFailure) in
                let trash = try directory.created(.trash)
                guard let conversations = try directory.existing(.conversations) else { return }
                let name = TrashedName(stem: place.stem, deleted: date)
                try conversations.move(place.name, to: trash, as: name.body)
                try directory.synchronize(trash)
                try directory.synchronize(conversations)
                try moveArtifactsToTrash(place, name, trash)
            }
        }
    }

    func restore(_ place: LibraryPlace) throws(HistoryStoreError) {
        let operation = "restore"
        guard try info(in: place, operation).trashed != nil else { throw .noSuchConversation(operation) }
        try withLock(of: place, operation) { () throws(HistoryStoreError) in
            // Repeated under the lock.
            guard let name = try info(in: place, operation).trashed else {
                throw HistoryStoreError.noSuchConversation(operation)
            }
            try attempt(operation) { () throws(FileFailure) in
                guard let trash = try directory.existing(.trash) else { return }
                let conversations = try directory.created(.conversations)
                // The artifacts move first, durably: they must not stay in the trash when the history is back.
                if try trash.status(of: name.artifacts) != nil {
                    let artifacts = try directory.created(.artifacts)
                    try trash.move(name.artifacts, to: artifacts, as: place.stem)
                    try directory.synchronize(artifacts)
                    try directory.synchronize(trash)
                }
                try trash.move(name.body, to: conversations, as: place.name)
                try directory.synchronize(conversations)
                try directory.synchronize(trash)
            }
        }
    }

    func purge(_ request: PurgeRequest, _ scope: LibraryScope) throws(HistoryStoreError) -> PurgeReport {
        let operation = "purge"
        var report = PurgeReport()
        let infos = try infos(operation).map(\.info)
        for info in infos.sorted(by: { $0.id < $1.id }) where request.includes(info) && scope.includes(info.owner) {
            let place = LibraryPlace(directory, info.id, scope)
            do throws(HistoryStoreError) {
                try withLock(of: place, operation) { () throws(HistoryStoreError) in
                    guard let found = try current(place, operation), let name = found.trashed,
                        request.includes(found.info)
                    else { return }
                    let artifactCount = try attempt(operation) { () throws(FileFailure) in try remove(place, name) }
                    report.conversations.append(info.id)
                    report.entryCount += found.info.entryCount
                    report.artifactCount += artifactCount
                }
            } catch { report.failures.append(.init(id: info.id, error: error)) }
        }
        if report.conversations.isEmpty, let failure = report.failures.first { throw failure.error }
        if request.ids == nil, scope == .everyone { removeLeftovers() }
        return report
    }

    /// Removes a conversation in the trash, and returns the number of its artifacts.
    private func remove(_ place: LibraryPlace, _ name: TrashedName) throws(FileFailure) -> Int {
        guard let trash = try directory.existing(.trash) else { return 0 }
        // A new conversation with the same id must not inherit these artifacts.
        try moveArtifactsToTrash(place, name, trash)
        let count = try ArtifactFiles(trash.subdirectory(name.artifacts), directory).count()
        try trash.remove(name.body)
        try directory.synchronize(trash)
        do throws(FileFailure) {
            try trash.removeTree(name.artifacts)
            try place.body()?.removeLockFile()
        } catch {
            // The conversation is gone; a later purge removes the remaining files.
        }
        return count
    }

    /// Removes the leftovers of interrupted operations.
    private func removeLeftovers() {
        removePurged()
        do throws(FileFailure) {
            let root = try directory.root()
            let parts = [root, try directory.existing(.conversations), try directory.existing(.trash)]
            for part in parts.compactMap({ $0 }) {
                part.removeStaleTemporaries(among: try part.names(), olderThan: Self.staleAge)
            }
            for name in try directory.existing(.conversations)?.names() ?? [] where ImportLock.isName(name) {
                try ImportLock.removeAbandoned(name, in: directory)
            }
            for part in [LibraryDirectory.Part.artifacts, .trash] {
                guard let home = try directory.existing(part) else { continue }
                for name in try home.names() where try home.status(of: name)?.kind == .directory {
                    let trashed = part == .trash ? TrashedName(name + LibraryDirectory.ending) : nil
                    guard part == .artifacts || trashed != nil,
                        try ArtifactFiles(home.subdirectory(name), directory).hasLeftovers()
                    else { continue }
                    let place = LibraryPlace(directory, stem: trashed?.stem ?? name)
                    do throws(FileFailure) {
                        try place.createdBody().withLock(.exclusive, timeout: .zero, orThrow: { $0 }) {
                            () throws(FileFailure) in
                            ArtifactFiles(try home.subdirectory(name), directory).removeLeftovers(isThorough: true)
                        }
                    } catch {
                        // The conversation is in use.
                        guard error.kind == .busy else { throw error }
                    }
                }
            }
        } catch {
            // Another purge may run at the same time; a later purge removes the remaining files.
        }
    }

    /// The age in seconds, one day, from which temporary files count as leftovers of a crash.
    static var staleAge: Int64 { 86400 }

    /// Removes the leftovers of interrupted purges.
    private func removePurged() {
        do throws(FileFailure) {
            guard let trash = try directory.existing(.trash) else { return }
            let names = Set(try trash.names())
            for name in names {
                let body = name + LibraryDirectory.ending
                guard TrashedName(body) != nil, !names.contains(body), try trash.status(of: name)?.kind == .directory,
                    // Not a conversation that was deleted just now.
                    try trash.status(of: body) == nil
                else { continue }
                try trash.removeTree(name)
            }
        } catch {
            // Another purge may run at the same time; a later purge removes the remaining files.
        }
    }

    private func moveArtifactsToTrash(
        _ place: LibraryPlace,
        _ name: TrashedName,
        _ trash: DurableDirectory
    ) throws(FileFailure) {
        guard let artifacts = try directory.existing(.artifacts), try artifacts.status(of: place.stem) != nil,
            try trash.status(of: name.artifacts) == nil
        else { return }
        try artifacts.move(place.stem, to: trash, as: name.artifacts)
        try directory.synchronize(trash)
        try directory.synchronize(artifacts)
    }

    /// Returns current information about a conversation; `nil` if it is gone.
    func current(
        _ place: LibraryPlace,
        _ operation: String
    ) throws(HistoryStoreError) -> (info: ConversationInfo, trashed: TrashedName?)? {
        do throws(HistoryStoreError) { return try info(in: place, operation) } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    /// Holds the lock of a conversation, which is beside its history's location outside the trash.
    func withLock<Result>(
        of place: LibraryPlace,
        _ operation: String,
        _ body: () throws(HistoryStoreError) -> Result
    ) throws(HistoryStoreError) -> Result {
        try attempt(operation, place.createdBody).withLock(
            .exclusive,
            timeout: lockTimeout,
            orThrow: { HistoryStoreError($0, operation: operation) },
            body
        )
    }
}

extension PurgeRequest {
    /// Returns whether the request, apart from the scope, includes a conversation.
    fileprivate func includes(_ info: ConversationInfo) -> Bool {
        guard let deleted = info.deleted else { return false }
        return (ids?.contains(info.id) ?? true) && (deletedBefore.map { deleted < $0 } ?? true)
    }
}
