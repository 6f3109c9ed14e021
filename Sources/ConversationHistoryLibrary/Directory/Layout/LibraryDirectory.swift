import ConversationHistory
import DurableFiles

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The directory of a library and its layout.
///
/// Each operation opens it again, so it may be moved between operations; no file contains a path.
struct LibraryDirectory: Sendable {
    /// The subdirectories.
    enum Part: String {
        /// One history per conversation.
        case conversations
        /// One directory per conversation.
        case artifacts
        /// The histories of deleted conversations and the directories of their artifacts.
        case trash
    }

    /// The ending of a history's file name.
    static let ending = ".json"

    /// The name of the index file, which can be removed at any time.
    static let indexName = "index.json"

    let path: String
    let durability: DurableFiles.Durability
    let calls: any SystemCalls

    /// Opens the directory itself; returns `nil` if it is missing.
    func root() throws(FileFailure) -> DurableDirectory? { try DurableDirectory.open(path: path, calls: calls) }

    /// Opens a subdirectory; returns `nil` if it is missing.
    func existing(_ part: Part) throws(FileFailure) -> DurableDirectory? {
        try root()?.subdirectory(part.rawValue)
    }

    /// Opens a subdirectory, and creates it if it is missing.
    func created(_ part: Part) throws(FileFailure) -> DurableDirectory {
        try DurableDirectory.openOrCreate(path: path, durability: durability, calls: calls)
            .subdirectory(creating: part.rawValue, durability: durability)
    }

    /// Makes the names in a directory durable, if the library's durability requires it.
    func synchronize(_ directory: DurableDirectory) throws(FileFailure) {
        if durability == .full { try directory.synchronize() }
    }
}

/// The location of a conversation's files in the directory of a library.
struct LibraryPlace: Sendable {
    let directory: LibraryDirectory
    let id: ConversationID
    let scope: LibraryScope
    /// The common file name, without endings.
    let stem: String

    init(_ directory: LibraryDirectory, _ id: ConversationID, _ scope: LibraryScope) {
        self.directory = directory
        self.id = id
        self.scope = scope
        stem = LibraryFileName.encode(id.rawValue)
    }

    /// Creates the location of the conversation with this stem, for everyone's scope.
    init(_ directory: LibraryDirectory, stem: String) {
        self.directory = directory
        id = ConversationID(LibraryFileName.decode(stem) ?? stem)
        scope = .everyone
        self.stem = stem
    }

    /// The file name of the history.
    var name: String { stem + LibraryDirectory.ending }

    /// Returns the history's file, which need not exist; `nil` if its directory is missing.
    func body() throws(FileFailure) -> DurableFile? {
        try directory.existing(.conversations)?.file(name)
    }

    /// Returns the history's file, and creates missing directories.
    func createdBody() throws(FileFailure) -> DurableFile {
        try directory.created(.conversations).file(name)
    }

    /// Moves orphaned artifacts under this id to the trash, where a purge finds them.
    ///
    /// They exist if another program removed a history.
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

    /// Returns the conversation's name in the trash, and the trash; `nil` if it isn't there.
    func trashed() throws(FileFailure) -> (name: TrashedName, trash: DurableDirectory)? {
        guard let trash = try directory.existing(.trash) else { return nil }
        // The library never creates several, but if another program does, the most recently deleted one counts.
        let names = try trash.names().compactMap(TrashedName.init).filter { $0.stem == stem }
        return names.max { $0.deleted < $1.deleted }.map { ($0, trash) }
    }
}

/// The file name of a history in the trash, which contains the date of the deletion.
///
/// A conversation in any state is therefore deleted by a single rename.
struct TrashedName: Sendable {
    let stem: String
    /// Microseconds since 2001: a file name may contain an integer that a `Date` cannot represent exactly.
    private let time: Int64

    init(stem: String, deleted: Date) {
        self.stem = stem
        let microseconds = (deleted.timeIntervalSinceReferenceDate * 1e6).rounded()
        time = Int64(exactly: microseconds) ?? (microseconds < 0 ? .min : .max)
    }

    /// The date of the deletion, clamped to the years 1 to 9999.
    var deleted: Date {
        Date(timeIntervalSinceReferenceDate: min(max(Double(time) / 1e6, -63_113_904_000), 252_423_993_599))
    }

    /// Parses a trash file name; `nil` if it isn't a history.
    init?(_ name: String) {
        guard name.hasSuffix(LibraryDirectory.ending), let mark = name.lastIndex(of: "~"), mark > name.startIndex,
            let time = Int64(name[name.index(after: mark)...].dropLast(LibraryDirectory.ending.count))
        else { return nil }
        stem = String(name[..<mark])
        self.time = time
    }

    /// The name of the directory of the artifacts.
    var artifacts: String { "\(stem)~\(time)" }

    /// The file name of the history.
    var body: String { artifacts + LibraryDirectory.ending }
}
