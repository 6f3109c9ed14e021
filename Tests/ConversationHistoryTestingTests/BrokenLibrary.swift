import ConversationHistory
import ConversationHistoryExchange
import ConversationHistoryLibrary
import Foundation

/// A library in memory that makes one mistake, and otherwise passes the whole suite; it can be damaged, too.
struct BrokenLibrary: ConversationLibrary {
    /// What goes wrong, each as it has gone wrong in some library.
    enum Mistake: String, CaseIterable, Sendable {
        case none, cutsTitlesAtNUL, foldsIDs, repeatsLastOfPage, breaksTiesBackwards, takesLimitZeroForAll
        case renamesThroughStore, appendsOneByOne, readsNewestBackwards, loadsNilFromTrash, savesIntoTrash
        case ignoresConflicts, purgesLive, countsNoPurgedEntries, forbidsForeign, createsForAnyone, forgetsOrigin
        case findsPartsOfWords, ignoresRoles, findsNoAppended, foldsArtifactNames, countsTrash, cutsArtifacts
        case listFailsOnDamage, saysNothingOfDamage, losesTitlesWithIndex
        case ignoresOldestFirst, refusesDamagedArtifacts
        case hidesTrashContents, forgetsOldVersions, backsUpWithoutTrash, backsUpWithoutDates, backsUpForAnyone
        case purgesBeforeNoDate, listsBehindNoDate, savesNoDate, appendsTwice, takesLongOwners
    }

    /// What was done to the library behind its back.
    final class Damage: Sendable {
        struct State {
            var histories: Set<ConversationID> = []
            var artifacts: Set<ConversationID> = []
            var hasStrays = false
            var hasLostIndex = false
            var appended: Set<EntryID> = []
        }
        let state = Lock(State())
    }

    typealias Base = InMemoryConversationLibrary<ChatMessage>

    let mistake: Mistake
    var damage = Damage()
    var base = Base()
    /// The same library, whosever conversations `base` shows.
    var everyone: Base

    init(_ mistake: Mistake) {
        self.mistake = mistake
        everyone = base
    }

    var scope: LibraryScope { base.scope }

    func scoped(to owner: Owner) -> BrokenLibrary {
        var library = self
        library.base = base.scoped(to: owner)
        return library
    }

    private func key(_ id: ConversationID) -> ConversationID {
        mistake == .foldsIDs ? ConversationID(id.rawValue.lowercased()) : id
    }

    /// Says that what belongs to someone else is forbidden, and so that it is there.
    private func checkForeign(_ id: ConversationID) async throws(HistoryStoreError) {
        guard mistake == .forbidsForeign else { return }
        let info: ConversationInfo
        do { info = try await everyone.info(of: id) } catch { return }
        guard !scope.includes(info.owner) else { return }
        throw HistoryStoreError(.permissionDenied, operation: "read", location: "a library", reason: "It is not yours.")
    }

    /// The description of a conversation after what was done to it.
    private func damaged(_ info: ConversationInfo) -> ConversationInfo {
        var info = info
        damage.state.withLock { state in
            info.isDamaged = state.histories.contains(info.id)
            if state.hasLostIndex, mistake == .losesTitlesWithIndex { info.title = nil }
        }
        return info
    }

    func create(_ new: NewConversation) async throws(HistoryStoreError) -> ConversationInfo {
        var new = new
        new.id = key(new.id)
        if mistake == .cutsTitlesAtNUL { new.title = new.title.map { String($0.prefix { $0 != "\u{0}" }) } }
        return try await (mistake == .createsForAnyone ? everyone : base).create(new)
    }

    func info(of id: ConversationID) async throws(HistoryStoreError) -> ConversationInfo {
        try await checkForeign(id)
        return damaged(try await base.info(of: key(id)))
    }

    func list(_ request: ListRequest) async throws(HistoryStoreError) -> ListPage {
        var request = request
        if mistake == .ignoresOldestFirst { request.order = .newestFirst }
        // A comparison in SQL, for which NaN is more than any other number.
        if mistake == .listsBehindNoDate, request.cursor?.updated.timeIntervalSinceReferenceDate.isFinite == false {
            request.cursor = nil
        }
        if mistake == .takesLimitZeroForAll, request.limit <= 0 { request.limit = .max }
        if mistake == .listFailsOnDamage, damage.state.withLock({ !$0.histories.isEmpty || $0.hasStrays }) {
            throw HistoryStoreError(.damaged, operation: "list", location: "a library", reason: "It is damaged.")
        }
        if mistake == .repeatsLastOfPage, let cursor = request.cursor {
            // As with an offset: whatever came in front moves everything by one.
            let name = String(cursor.id.rawValue.dropLast())
            request.cursor = ListCursor(updated: cursor.updated, id: ConversationID(name))
        }
        var page = try await base.list(request)
        page.conversations = page.conversations.map(damaged)
        guard mistake == .breaksTiesBackwards else { return page }
        page.conversations.sort { $0.updated == $1.updated ? $0.id > $1.id : $0.updated > $1.updated }
        return page
    }

    func rename(_ id: ConversationID, to title: String?) async throws(HistoryStoreError) {
        try await checkForeign(id)
        if mistake == .renamesThroughStore {
            let store = base.store(for: id)
            guard var snapshot = try await store.load() else { return try await base.rename(id, to: title) }
            snapshot.title = title
            return try await store.save(snapshot)
        }
        try await base.rename(key(id), to: title)
    }

    func setMetadata(_ metadata: JSONObject, of id: ConversationID) async throws(HistoryStoreError) {
        try await base.setMetadata(metadata, of: key(id))
    }

    func setOwner(_ owner: Owner?, of id: ConversationID) async throws(HistoryStoreError) {
        let user = owner?.user.map { mistake == .takesLongOwners ? String($0.prefix(1_024)) : $0 }
        let organization = owner?.organization.map { mistake == .takesLongOwners ? String($0.prefix(1_024)) : $0 }
        try await base.setOwner(owner.map { _ in Owner(user: user, organization: organization) }, of: key(id))
    }

    func store(for id: ConversationID) -> BrokenLibraryStore {
        BrokenLibraryStore(library: self, id: key(id), base: base.store(for: key(id)))
    }

    func contents(of id: ConversationID) async throws(HistoryStoreError) -> ConversationContents<ChatMessage> {
        var contents = try await base.contents(of: key(id))
        if mistake == .refusesDamagedArtifacts, damage.state.withLock({ $0.artifacts.contains(id) }) {
            throw HistoryStoreError(.damaged, operation: "read", location: "a library", reason: "A file is damaged.")
        }
        if mistake == .hidesTrashContents, contents.info.deleted != nil {
            throw HistoryStoreError(.notFound, operation: "read", location: "a library", reason: "It was deleted.")
        }
        if mistake == .forgetsOldVersions {
            let newest = Dictionary(grouping: contents.artifacts, by: \.info.name).compactMapValues(\.last)
            contents.artifacts = newest.values.sorted { $0.info.name < $1.info.name }
        }
        return contents
    }

    func entries(
        of id: ConversationID,
        _ request: EntryRequest
    ) async throws(HistoryStoreError) -> EntryPage<ChatMessage> {
        var page = try await base.entries(of: key(id), request)
        if mistake == .readsNewestBackwards, request.edge == .newest { page.entries.reverse() }
        return page
    }

    func append(_ entries: [HistoryEntry<ChatMessage>], to id: ConversationID) async throws(HistoryStoreError) {
        damage.state.withLock { $0.appended.formUnion(entries.map(\.id)) }
        if mistake == .appendsTwice {
            // As if each had got another id.
            do throws(HistoryStoreError) { return try await base.append(entries, to: key(id)) } catch {
                guard error.reason.contains("an entry with this id") else { throw error }
                return
            }
        }
        guard mistake == .appendsOneByOne, !entries.isEmpty else { return try await base.append(entries, to: key(id)) }
        for entry in entries { try await base.append([entry], to: id) }
    }

    func delete(_ id: ConversationID) async throws(HistoryStoreError) { try await base.delete(key(id)) }

    func restore(_ id: ConversationID) async throws(HistoryStoreError) { try await base.restore(key(id)) }

    func purge(_ request: PurgeRequest) async throws(HistoryStoreError) -> PurgeReport {
        var request = request
        request.ids = request.ids?.map(key)
        if mistake == .purgesBeforeNoDate, request.deletedBefore?.timeIntervalSinceReferenceDate.isNaN == true {
            request.deletedBefore = nil
        }
        if mistake == .purgesLive {
            // What is not there, or is in the trash already, is none to delete.
            for id in request.ids ?? [] { try? await base.delete(id) }
        }
        var report = try await base.purge(request)
        if mistake == .countsNoPurgedEntries { report.entryCount = 0 }
        return report
    }

    func fork(
        _ id: ConversationID,
        after entry: EntryID?,
        as new: NewConversation
    ) async throws(HistoryStoreError) -> ConversationInfo {
        var new = new
        new.id = key(new.id)
        let info = try await base.fork(key(id), after: entry, as: new)
        guard mistake == .forgetsOrigin else { return info }
        let store = base.store(for: new.id)
        guard var snapshot = try await store.load() else { return info }
        snapshot.origin = nil
        try await store.save(snapshot)
        return try await base.info(of: new.id)
    }

    func search(_ request: SearchRequest) async throws(HistoryStoreError) -> [SearchHit] {
        var request = request
        request.conversation = request.conversation.map(key)
        if mistake == .ignoresRoles { request.roles = [] }
        if mistake == .findsPartsOfWords, request.text.utf8.count == 2 { request.text = "fox" }
        let hits = try await base.search(request)
        guard mistake == .findsNoAppended else { return hits }
        let appended = damage.state.withLock { $0.appended }
        return hits.filter { !appended.contains($0.entry) }
    }

    private func fold(_ name: String) -> String { mistake == .foldsArtifactNames ? name.lowercased() : name }

    func saveArtifact(
        _ data: [UInt8],
        named name: String,
        type: String?,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> ArtifactInfo {
        let data = mistake == .cutsArtifacts ? Array(data.prefix { $0 != 0 }) : data
        return try await base.saveArtifact(data, named: fold(name), type: type, in: key(id))
    }

    func artifact(named name: String, version: Int?, in id: ConversationID) async throws(HistoryStoreError) -> Artifact
    {
        try await base.artifact(named: fold(name), version: version, in: key(id))
    }

    func artifacts(in id: ConversationID) async throws(HistoryStoreError) -> [ArtifactInfo] {
        try await base.artifacts(in: key(id))
    }

    func removeArtifact(named name: String, in id: ConversationID) async throws(HistoryStoreError) {
        try await base.removeArtifact(named: fold(name), in: key(id))
    }

    func statistics() async throws(HistoryStoreError) -> LibraryStatistics {
        var statistics = try await base.statistics()
        if mistake == .countsTrash { statistics.conversationCount += statistics.deletedCount }
        return statistics
    }

    func verify() async throws(HistoryStoreError) -> [LibraryProblem] {
        if mistake == .saysNothingOfDamage { return [] }
        return damage.state.withLock { state in
            state.histories.map { LibraryProblem(.damagedHistory, conversation: $0, description: "It is damaged.") }
                + state.artifacts.map { LibraryProblem(.damagedArtifact, conversation: $0, description: "So is it.") }
                + (state.hasStrays ? [LibraryProblem(.stray, description: "Something is there.")] : [])
        }
    }

    func backUp(to path: String) async throws(HistoryStoreError) {
        guard mistake == .backsUpWithoutTrash || mistake == .backsUpWithoutDates else {
            return try await (mistake == .backsUpForAnyone ? everyone : base).backUp(to: path)
        }
        // An archive says when something was said, and not when it was deleted.
        let exporter = LibraryExporter(base, includesTrash: mistake == .backsUpWithoutDates)
        let copy = Base()
        do {
            try await LibraryImporter(copy).importing(try await exporter.exported())
        } catch {
            throw HistoryStoreError(.io, operation: "back up", location: path, reason: "It was not copied: \(error)")
        }
        try await copy.backUp(to: path)
    }
}
