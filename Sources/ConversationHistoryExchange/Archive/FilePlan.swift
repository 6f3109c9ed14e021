import ConversationHistory
import ConversationHistoryLibrary

/// A plan to change the files of a conversation, without removing any before its replacement is stored.
///
/// A library can only add a version to a file, or remove a file in all its versions. Where that is not enough, the plan
/// first stores the new versions under a free name. After an interruption at any step, a new plan from the files then
/// present leads to the same result.
struct FilePlan<Message: HistoryMessage>: Sendable {
    typealias File = ArchivedConversation<Message>.File

    /// A file that must be removed before its new versions can be saved.
    struct Exchange: Sendable {
        /// The name of the file.
        var name: Identifier<Artifact>
        /// The new versions of the file.
        var versions: [File]
        /// The name that holds the new versions meanwhile.
        var spareName: Identifier<Artifact>
        /// The versions that are still missing under the spare name.
        var missingSpares: [File]
    }

    /// The versions that only need to be added.
    var added: [File] = []

    /// The files that replace others of the same name.
    var exchanges: [Exchange] = []

    /// The names of the files to remove without replacement.
    var removed: [Identifier<Artifact>]

    /// The number of present versions of each file.
    let counts: [Identifier<Artifact>: Int]

    /// Whether the plan only adds versions.
    var isAddition: Bool { exchanges.isEmpty && removed.isEmpty }

    /// Plans the change from the present files to the wanted ones; both are ordered by version.
    init(from present: [File], to wanted: [File]) {
        let present = Dictionary(grouping: present, by: \.name)
        counts = present.mapValues(\.count)
        let wanted = Dictionary(grouping: wanted, by: \.name)
        var spareNames: Set<Identifier<Artifact>> = []
        for (name, versions) in wanted.sorted(by: { $0.key < $1.key }) {
            let there = present[name] ?? []
            guard !versions.starts(with: there) else {
                added += versions[there.count...]
                continue
            }
            let isTaken = { (name: Identifier<Artifact>) in wanted[name] != nil || spareNames.contains(name) }
            let exchange = Self.exchange(name, versions, present, isTaken)
            spareNames.insert(exchange.spareName)
            exchanges.append(exchange)
        }
        removed = present.keys.filter { wanted[$0] == nil && !spareNames.contains($0) }.sorted()
    }

    private static func exchange(
        _ name: Identifier<Artifact>,
        _ versions: [File],
        _ present: [Identifier<Artifact>: [File]],
        _ isTaken: (Identifier<Artifact>) -> Bool
    ) -> Exchange {
        var sum = CRC32()
        for file in versions { file.update(&sum) }
        let mark = String(decoding: HistoryFooter.digits(of: sum.value), as: UTF8.self)
        var number = 1
        while true {
            let ending = number == 1 ? "-\(mark)" : "-\(mark)-\(number)"
            number += 1
            let spareName = Identifier<Artifact>(name.rawValue.shortened(by: ending) + ending)
            let spares = versions.map { version in
                var spare = version
                spare.name = spareName
                return spare
            }
            // Reuse the versions that an interrupted import has left there.
            let there = present[spareName] ?? []
            guard !isTaken(spareName), spares.starts(with: there) else { continue }
            let missing = Array(spares[there.count...])
            return Exchange(name: name, versions: versions, spareName: spareName, missingSpares: missing)
        }
    }
}
