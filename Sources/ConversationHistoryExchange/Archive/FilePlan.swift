import ConversationHistory
import ConversationHistoryLibrary

/// How the files of a conversation become others, without any being gone before those that take its place are there.
///
/// A library only adds a version to a file, and removes a file in all its versions. Where that is not enough, the new
/// versions are first kept under a name that is free. Wherever this is cut off, a plan from what is then there leads to
/// the same end.
struct FilePlan<Message: HistoryMessage>: Sendable {
    typealias File = ArchivedConversation<Message>.File

    /// A file that has to be removed before its new versions can be saved.
    struct Exchange: Sendable {
        /// The name of the file.
        var name: Identifier<Artifact>
        /// Its new versions.
        var versions: [File]
        /// The name under which these are kept meanwhile.
        var spareName: Identifier<Artifact>
        /// Those that are not there yet, under that name.
        var missingSpares: [File]
    }

    /// What only has to be added.
    var added: [File] = []

    /// What takes the place of something of the same name.
    var exchanges: [Exchange] = []

    /// The names of those that go, with nothing in their place.
    var removed: [Identifier<Artifact>]

    /// How many versions of each file there are.
    let counts: [Identifier<Artifact>: Int]

    /// Whether nothing that is there has to go.
    var isAddition: Bool { exchanges.isEmpty && removed.isEmpty }

    /// Finds what leads from some files to others; both are ordered by their versions.
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
            // What an import that was cut off has left there is used.
            let there = present[spareName] ?? []
            guard !isTaken(spareName), spares.starts(with: there) else { continue }
            let missing = Array(spares[there.count...])
            return Exchange(name: name, versions: versions, spareName: spareName, missingSpares: missing)
        }
    }
}
