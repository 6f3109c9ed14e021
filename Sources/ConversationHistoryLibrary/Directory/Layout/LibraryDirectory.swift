import ConversationHistory
import DurableFiles

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The directory of a library, and where in it everything lies.
///
/// It is opened anew for each operation, so it may be moved while nothing is under way; no path is kept in any file.
struct LibraryDirectory: Sendable {
    /// The directories in it.
    enum Part: String {
        /// One history a conversation.
        case conversations
        /// One directory a conversation.
        case artifacts
        /// Histories of deleted conversations, and the directories of their artifacts.
        case trash
    }

    /// How the name of a history ends.
    static let ending = ".json"

    /// The index; it can be removed at any time.
    static let indexName = "index.json"

    let path: String
    let durability: DurableFiles.Durability
    let calls: any SystemCalls

    /// Opens the directory itself; `nil` if it is missing.
    func root() throws(FileFailure) -> DurableDirectory? { try DurableDirectory.open(path: path, calls: calls) }

    /// Opens a part; `nil` if it is missing.
    func existing(_ part: Part) throws(FileFailure) -> DurableDirectory? {
        try root()?.subdirectory(part.rawValue)
    }

    /// Opens a part, and creates it if it is missing.
    func created(_ part: Part) throws(FileFailure) -> DurableDirectory {
        try DurableDirectory.openOrCreate(path: path, durability: durability, calls: calls)
            .subdirectory(creating: part.rawValue, durability: durability)
    }

    /// Makes the names in a directory durable, if that is asked for.
    func synchronize(_ directory: DurableDirectory) throws(FileFailure) {
        if durability == .full { try directory.synchronize() }
    }
}

/// A conversation's place in the directory of a library.
struct LibraryPlace: Sendable {
    let directory: LibraryDirectory
    let id: ConversationID
    let scope: LibraryScope
    /// The name of its files, without their endings.
    let stem: String

    init(_ directory: LibraryDirectory, _ id: ConversationID, _ scope: LibraryScope) {
        self.directory = directory
        self.id = id
        self.scope = scope
        stem = LibraryFileName.encode(id.rawValue)
    }

    /// The place of whatever conversation has files of a name, as everyone sees it.
    init(_ directory: LibraryDirectory, stem: String) {
        self.directory = directory
        id = ConversationID(LibraryFileName.decode(stem) ?? stem)
        scope = .everyone
        self.stem = stem
    }

    /// The name of the history.
    var name: String { stem + LibraryDirectory.ending }

    /// Returns the history's file, which need not be there; `nil` if not even its directory is.
    func body() throws(FileFailure) -> DurableFile? {
        try directory.existing(.conversations)?.file(name)
    }

    /// Returns the history's file; missing directories are created.
    func createdBody() throws(FileFailure) -> DurableFile {
        try directory.created(.conversations).file(name)
    }

    /// Moves the artifacts of another conversation of this id into the trash, where a purge finds them.
    ///
    /// They are there if a history was removed by other means than this library.
    func setOrphansAside() throws(FileFailure) {
        guard let artifacts = try directory.existing(.artifacts), try artifacts.status(of: stem)?.kind == .directory
        else { return }
        let trash = try directory.created(.trash)
        var date = Date.now.storable
        var name = TrashedName(stem: stem, deleted: date)
        while try trash.status(of: name.artifacts) != nil {
            date += 1e-6
            name = TrashedName(stem: stem, deleted: date)
        }
        try artifacts.move(stem, to: trash, as: name.artifacts)
        try directory.synchronize(trash)
        try directory.synchronize(artifacts)
    }

    /// Returns under which name the conversation is in the trash, and the trash; `nil` if it is not there.
    func trashed() throws(FileFailure) -> (name: TrashedName, trash: DurableDirectory)? {
        guard let trash = try directory.existing(.trash) else { return nil }
        // Should there be several, by no doing of this library, the last one counts.
        let names = try trash.names().compactMap(TrashedName.init).filter { $0.stem == stem }
        return names.max { $0.deleted < $1.deleted }.map { ($0, trash) }
    }
}

/// The name of a history in the trash: it says when the history was put there.
///
/// So a conversation is deleted, whatever state it is in, by renaming it and nothing else.
struct TrashedName: Sendable {
    let stem: String
    /// In microseconds since 2001; a name may hold any number, of which a date cannot carry every digit.
    private let time: Int64

    init(stem: String, deleted: Date) {
        self.stem = stem
        let microseconds = (deleted.timeIntervalSinceReferenceDate * 1e6).rounded()
        time = Int64(exactly: microseconds) ?? (microseconds < 0 ? .min : .max)
    }

    /// When the history was put into the trash; of a time that nobody can have meant, the nearest in the years 1 to 9999.
    var deleted: Date {
        Date(timeIntervalSinceReferenceDate: min(max(Double(time) / 1e6, -63_113_904_000), 252_423_993_599))
    }

    /// Takes a name in the trash apart; `nil` if it is none of a history.
    init?(_ name: String) {
        guard name.hasSuffix(LibraryDirectory.ending), let mark = name.lastIndex(of: "~"), mark > name.startIndex,
            let time = Int64(name[name.index(after: mark)...].dropLast(LibraryDirectory.ending.count))
        else { return nil }
        stem = String(name[..<mark])
        self.time = time
    }

    /// The name of the directory of its artifacts.
    var artifacts: String { "\(stem)~\(time)" }

    /// The name of the history.
    var body: String { artifacts + LibraryDirectory.ending }
}
