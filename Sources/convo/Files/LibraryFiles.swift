import ConversationHistory
import ConversationHistoryLibrary
import DurableFiles
import Foundation

/// The files that a library is kept in, which no output of a command may replace.
///
/// Files are told apart by device and number, so that neither another path, a symbolic link nor a hard link leads to one
/// of them unnoticed. Nothing is opened: closing a SQLite database would give up the locks that this process has on it.
struct LibraryFiles {
    /// What SQLite keeps beside a database, by how the names end.
    private static let databaseEndings = ["", "-wal", "-shm", "-journal"]

    private let location: LibraryLocation

    init(_ location: LibraryLocation) { self.location = location }

    /// Throws if writing to a path would replace a file of the library, or put another one among them.
    func checkOutput(_ path: String) throws(LibraryFailure) {
        let target = FilePath.links(from: path).last ?? path
        if isPlaceOfLibrary(target) || FileNumber(path: target).map(contains) == true { throw Self.failure(path) }
    }

    /// Throws if an open file is one of the library's.
    func checkOutput(_ descriptor: Int32, _ name: String) throws(LibraryFailure) {
        guard let file = FileNumber(descriptor: descriptor), file.kind == S_IFREG else { return }
        let isInside = FilePath.opened(descriptor).map(isPlaceOfLibrary) == true
        if isInside || contains(file) { throw Self.failure(name) }
    }

    /// Throws if a path that is to be read leads to a database that this process has open.
    func checkInput(_ path: String) throws(LibraryFailure) {
        guard case .sqlite = location, FileNumber(path: path).map(contains) == true else { return }
        throw LibraryFailure("\(path.quoted) is the library itself; read a copy of it, which `convo backup` makes.")
    }

    private static func failure(_ path: String) -> LibraryFailure {
        LibraryFailure("\(path.quoted) is one of the library's own files, or lies among them; write to another file.")
    }

    /// Whether a path leads to where the library keeps its files, and a file of that name would be one of them.
    private func isPlaceOfLibrary(_ path: String) -> Bool {
        let (parent, name) = FilePath.split(path)
        guard let parent = FilePath.real(parent) else { return false }
        switch location {
        case .memory, .postgresql: return false
        case .directory(let root):
            guard let root = FileNumber(path: root) else { return false }
            var directories = [parent]
            while let last = directories.last, last != "/" { directories.append(FilePath.split(last).parent) }
            return directories.contains { FileNumber(path: $0).map(root.isSameFile) == true }
        case .sqlite(let database):
            let own = FilePath.split(FilePath.links(from: database).last ?? database)
            guard let home = FileNumber(path: own.parent),
                FileNumber(path: parent).map(home.isSameFile) == true
            else { return false }
            // The copies from before a migration too, and what is hidden beside the database.
            return Self.databaseEndings.contains { name == own.name + $0 }
                || name.hasPrefix(own.name + ".version-") || name.hasPrefix("." + own.name + ".")
        }
    }

    /// Whether a file is one of the library's, under whatever name.
    private func contains(_ file: FileNumber) -> Bool {
        switch location {
        case .memory, .postgresql: false
        case .directory(let root):
            // One with a single name is found by its path.
            file.linkCount > 1 && Self.finds(file, in: try? DurableDirectory.open(path: root))
        case .sqlite(let path):
            Self.databaseEndings.contains { FileNumber(path: path + $0).map(file.isSameFile) == true }
        }
    }

    private static func finds(_ file: FileNumber, in directory: DurableDirectory?) -> Bool {
        // What cannot be listed is for the library to report.
        guard let directory, let names = try? directory.names() else { return false }
        return names.contains { name in
            // As above.
            guard let status = try? directory.status(of: name) else { return false }
            if status.kind == .directory { return finds(file, in: try? directory.subdirectory(name)) }
            return file.isSameFile(device: status.identity.device, inode: status.identity.inode)
        }
    }
}
