import ConversationHistory
import ConversationHistoryLibrary
import DurableFiles
import Foundation

/// The files of a library, which the output of a command must not replace.
///
/// Files are compared by device and inode number, so other paths, symbolic links and hard links are recognized. No file
/// is opened, because closing a SQLite database would release the locks that this process holds on it.
struct LibraryFiles {
    /// The suffixes of the database and the files that SQLite creates beside it.
    private static let databaseEndings = ["", "-wal", "-shm", "-journal"]

    private let location: LibraryLocation

    init(_ location: LibraryLocation) { self.location = location }

    /// Throws if writing to a path would replace a file of the library or add one to it.
    func checkOutput(_ path: String) throws(LibraryFailure) {
        let target = FilePath.links(from: path).last ?? path
        if isLibraryPath(target) || FileNumber(path: target).map(contains) == true { throw Self.failure(path) }
    }

    /// Throws if an open file is one of the library's.
    func checkOutput(_ descriptor: Int32, _ name: String) throws(LibraryFailure) {
        guard let file = FileNumber(descriptor: descriptor), file.kind == S_IFREG else { return }
        let isInside = FilePath.path(of: descriptor).map(isLibraryPath) == true
        if isInside || contains(file) { throw Self.failure(name) }
    }

    /// Throws if an input path leads to a database that this process has open.
    func checkInput(_ path: String) throws(LibraryFailure) {
        guard case .sqlite = location, FileNumber(path: path).map(contains) == true else { return }
        throw LibraryFailure("\(path.quoted) is the library itself. Read a copy from `convo backup` instead.")
    }

    private static func failure(_ path: String) -> LibraryFailure {
        LibraryFailure("\(path.quoted) is, or would become, one of the library's own files. Write to another file.")
    }

    /// Whether a file at this path would belong to the library.
    private func isLibraryPath(_ path: String) -> Bool {
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
            // Includes the copies from before a migration, and the hidden files beside the database.
            return Self.databaseEndings.contains { name == own.name + $0 }
                || name.hasPrefix(own.name + ".version-") || name.hasPrefix("." + own.name + ".")
        }
    }

    /// Whether a file belongs to the library, under any name.
    private func contains(_ file: FileNumber) -> Bool {
        switch location {
        case .memory, .postgresql: false
        case .directory(let root):
            // `isLibraryPath` finds a file with a single name by its path.
            file.linkCount > 1 && Self.finds(file, in: try? DurableDirectory.open(path: root))
        case .sqlite(let path):
            Self.databaseEndings.contains { FileNumber(path: path + $0).map(file.isSameFile) == true }
        }
    }

    private static func finds(_ file: FileNumber, in directory: DurableDirectory?) -> Bool {
        // The library itself reports directories that cannot be read.
        guard let directory, let names = try? directory.names() else { return false }
        return names.contains { name in
            // As above.
            guard let status = try? directory.status(of: name) else { return false }
            if status.kind == .directory { return finds(file, in: try? directory.subdirectory(name)) }
            return file.isSameFile(device: status.identity.device, inode: status.identity.inode)
        }
    }
}
