import ConversationHistory
import ConversationHistoryExchange
import ConversationHistoryLibrary
import Foundation
import TestSupport
import Testing

@testable import convo

/// Where commands write: never over the library, and through what is no file.
@Suite(.serialized) struct OutputFileTests {
    /// Those whose library is a file here.
    private static let kinds = LibraryKind.allCases.filter { $0 != .postgresql }

    private static let writers = ["artifact get a x", "export", "export --markdown a"]

    private func scene(_ kind: LibraryKind) async throws -> LibraryScene {
        let scene = LibraryScene(kind)
        try await scene.fill("a", "b")
        scene.home.write("file", [1, 2, 3])
        try await scene.output("artifact", "put", "a", "x", scene.home.path("file"))
        return scene
    }

    /// The names and contents of all the files in a directory, but for what a reader may write.
    private func contents(_ home: TemporaryDirectory) throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: home.path) where !home.isSymbolicLink(path) {
            let name = path.split(separator: "/").last ?? ""
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: home.path(path), isDirectory: &isDirectory)
            if isDirectory.boolValue || name.hasPrefix(".") || name.hasSuffix("-shm") || name.hasSuffix("-wal") {
                continue
            }
            found[path] = home.read(path)
        }
        return found
    }

    @Test(arguments: kinds, writers)
    func neverReplacesALibrary(_ kind: LibraryKind, _ writer: String) async throws {
        let scene = try await scene(kind)
        let home = scene.home
        home.makeDirectory("other")
        home.makeLink("other/up", to: "..")
        var targets: [String]
        if kind == .sqlite {
            home.makeLink("link", to: "library.db")
            home.makeLink("link2", to: "other/../link")
            home.makeHardLink("hard", to: "library.db")
            home.makeLink("dangling", to: "library.db-journal")
            targets = ["library.db", "other/../library.db", "other/up/library.db", "link", "link2", "hard", "dangling"]
            targets += ["library.db-wal", "library.db-shm", "library.db-journal", "library.db.version-1.backup"]
        } else {
            home.makeLink("link", to: "library/conversations/a.json")
            home.makeLink("inside", to: "library/conversations")
            home.makeHardLink("hard", to: "library/conversations/a.json")
            home.makeLink("dangling", to: "library/conversations/new.json")
            targets = ["library/conversations/a.json", "library/conversations/new.json", "library/new", "link", "hard"]
            targets += [
                "inside/b.json", "inside/new", "dangling", "library/artifacts/new", "other/up/library/index.json",
            ]
        }
        // The index and the journal are written once they are needed.
        try await scene.output("verify")
        let before = try contents(home)
        #expect(before.count > 2)
        for target in targets {
            let run = try await scene.run(writer, to: home.path(target))
            #expect(run.code == 1, "\(target)")
            #expect(run.errors.contains("is, or would become, one of the library's own files"), "\(target)")
            #expect(run.errors.split(separator: "\n").count == 1)
            #expect(run.output == "")
        }
        #expect(try contents(home) == before)
        #expect(try await scene.run("verify") == ("", "", 0))
        // Beside the library there is room for it.
        for target in ["library.jsonl", "other/library.db", "other/a.json"] {
            #expect(try await scene.run(writer, to: home.path(target)).code == 0)
            #expect(home.read(target)?.isEmpty == false)
        }
    }

    /// What a shell has opened has no path here, but is one of the files all the same.
    @Test(arguments: kinds)
    func standardOutputIsNoFileOfTheLibrary(_ kind: LibraryKind) async throws {
        let scene = try await scene(kind)
        try await scene.output("verify")
        let target = kind == .sqlite ? "library.db" : "library/conversations/a.json"
        let before = try contents(scene.home)
        scene.home.write("empty.jsonl", try await LibraryExporter(InMemoryConversationLibrary()).exported())
        for command in ["export", "export --markdown", "show a", "list", "artifact get a x", "verify", "stats"] {
            let words = command.replacing("artifact get", with: "artifact get --library \"$L\"")
            let place = command.hasPrefix("artifact") ? "" : "--library \"$L\""
            let run = try await scene.shell("\"$0\" \(words) \(place) >> \(target); echo $?")
            #expect(run.output == "1\n", "\(command)")
            #expect(run.errors.contains("is, or would become, one of the library's own files"), "\(command)")
        }
        let run = try await scene.shell("\"$0\" import empty.jsonl --library \"$L\" >> \(target); echo $?")
        #expect(run.output == "1\n")
        scene.home.remove("empty.jsonl")
        #expect(try contents(scene.home) == before)
    }

    @Test(arguments: kinds)
    func aCopyIsNotPutIntoTheLibrary(_ kind: LibraryKind) async throws {
        let scene = try await scene(kind)
        let home = scene.home
        home.makeLink("inside", to: "library/conversations")
        let targets =
            kind == .sqlite
            ? ["library.db-wal", "library.db-shm", "library.db-journal"]
            : ["library/copy", "library/conversations/copy", "inside/copy"]
        try await scene.output("verify")
        for target in targets {
            let before = try contents(home)
            let run = try await scene.run("backup", home.path(target))
            #expect(run.code == 1)
            #expect(run.errors.contains("is, or would become, one of the library's own files"), "\(target)")
            #expect(try contents(home) == before)
        }
        #expect(try await scene.run("verify") == ("", "", 0))
    }

    #if SQLite
    /// Closing a database after reading it would give up the locks that the process has on it.
    @Test func aLibraryIsNotReadAsAFile() async throws {
        let scene = try await scene(.sqlite)
        scene.home.makeHardLink("hard", to: "library.db")
        for name in ["library.db", "hard"] {
            let put = try await scene.run("artifact", "put", "a", "copy", scene.home.path(name))
            #expect(put.code == 1)
            #expect(put.errors.contains("is the library itself"))
            let read = try await scene.run("import", scene.home.path(name), "--format", "archive")
            #expect(read.code == 1)
            #expect(read.errors.contains("is the library itself"))
        }
        let appended = try await scene.shell("\"$0\" artifact get a x --library \"$L\" >> library.db; echo $?")
        #expect(appended.output == "1\n")
        #expect(try await scene.run("verify") == ("", "", 0))
    }
    #endif

    private static var standardOutputs: [String] {
        let names = ["/dev/stdout", "/dev/fd/1", "-", "out", "link", "link2"]
        #if os(Linux)
        return names + ["/proc/self/fd/1"]
        #else
        return names
        #endif
    }

    @Test(arguments: standardOutputs)
    func standardOutputIsWrittenThrough(_ target: String) async throws {
        let scene = try await scene(.directory)
        scene.home.makeLink("link", to: "/dev/stdout")
        scene.home.makeLink("link2", to: "link")
        let script = """
            exec > out; echo first; "$0" artifact get a x --library "$L" --output \(target) || echo failed; echo last
            """
        #expect(try await scene.shell(script).errors == "")
        let content = scene.home.read("out")
        #expect(content == Array("first\n".utf8) + [1, 2, 3] + Array("last\n".utf8))
        #expect(scene.home.names().filter { $0.hasPrefix(".out") } == [])
    }

    @Test(arguments: writers)
    func devicesAndPipesAreWrittenThrough(_ writer: String) async throws {
        let scene = try await scene(.directory)
        let expected = try await scene.shell("\"$0\" \(writer) --library \"$L\" > plain").errors
        #expect(expected == "")
        scene.home.makeFIFO("pipe")
        scene.home.makeLink("null", to: "/dev/null")
        let script = """
            cat pipe > got & "$0" \(writer) --library "$L" --output pipe && wait
            "$0" \(writer) --library "$L" --output /dev/fd/3 3> third
            "$0" \(writer) --library "$L" --output null
            "$0" \(writer) --library "$L" --output /dev/stderr 2> error
            "$0" \(writer) --library "$L" --output /dev/stdout | cat > piped
            test -p pipe && test -L null && test -c /dev/null || echo replaced
            "$0" \(writer) --library "$L" --output /dev/full; echo $?
            "$0" \(writer) --library "$L" --output /dev/fd/9; echo $?
            """
        let run = try await scene.shell(script)
        #expect(run.output == "1\n1\n")
        #expect(run.errors.contains("\"/dev/full\" cannot be written: No space left on device."))
        #expect(run.errors.contains("\"/dev/fd/9\" cannot be written: Bad file descriptor."))
        #expect(run.errors.split(separator: "\n").count == 2)
        let plain = scene.home.read("plain")
        #expect(plain?.isEmpty == false)
        for name in ["got", "third", "error", "piped"] { #expect(scene.home.read(name) == plain, "\(name)") }
    }

    @Test func aPipeThatNobodyReadsAnyMoreEndsQuietly() async throws {
        let scene = try await scene(.directory)
        scene.home.makeFIFO("pipe")
        let large = [UInt8](repeating: 7, count: 300_000)
        scene.home.write("large", large)
        try await scene.output("artifact", "put", "a", "large", scene.home.path("large"))
        let script = "head -c 1 pipe > /dev/null & \"$0\" artifact get a large --library \"$L\" --output pipe; echo $?"
        #expect(try await scene.shell(script) == ("0\n", ""))
    }

    @Test func someThingsAreNoOutputs() async throws {
        let scene = try await scene(.directory)
        for arguments in [["backup", "-"], ["export", "--output", ""], ["export", "--output=host=h password=x"]] {
            let run = try await ConvoProcess.run(arguments + ["--library", scene.location])
            #expect(run.code == 64)
            #expect(!run.errors.contains("password"))
        }
        #expect(try await ConvoProcess.run(["chat", "--store", "-"]).code == 64)
        #expect(try await ConvoProcess.run(["create", "--library", "-"]).code == 64)
        let directory = try await scene.run("export", "--output", scene.home.path)
        #expect(directory.code == 1)
        #expect(try await scene.run("backup", "/dev/null").code == 1)
    }
}

extension LibraryScene {
    /// Runs a command, given as words with blanks between them, with an output.
    fileprivate func run(_ words: String, to output: String) async throws -> (
        output: String, errors: String, code: Int32
    ) {
        let arguments = words.split(separator: " ").map(String.init)
        return try await ConvoProcess.run(arguments + ["--library", location, "--output", output])
    }

    /// Runs a script in the home directory, with the command as `$0` and the library as `$L`.
    func shell(_ script: String) async throws -> (output: String, errors: String) {
        try await ConvoProcess.runShell("cd \"$1\" && L=\"$2\"; \(script)", home.path, location)
    }
}
