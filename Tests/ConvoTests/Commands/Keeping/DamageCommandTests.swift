import ConversationHistory
import DurableFiles
import Foundation
import TestSupport
import Testing

@testable import convo

/// What the commands say of a library of which a part is damaged, or was made up by somebody else.
@Suite struct DamageCommandTests {
    /// A library with a conversation that has a damaged file and a sound one.
    private func damagedArtifact() async throws -> LibraryScene {
        let scene = LibraryScene()
        try await scene.fill("a", "b")
        scene.home.write("file", [1, 2, 3])
        for name in ["x", "y"] { try await scene.output("artifact", "put", "a", name, scene.home.path("file")) }
        scene.home.write("library/artifacts/a/x", [3, 2, 1])
        return scene
    }

    @Test func aBackupOfDamageIsMadeAndIsNoSuccess() async throws {
        let scene = LibraryScene()
        try await scene.fill("a", "b")
        let half = Array(try #require(scene.home.read("library/conversations/a.json")).dropLast(40))
        scene.home.write("library/conversations/a.json", half)
        let run = try await scene.run("backup", scene.home.path("copy"))
        #expect(run.code == 1)
        #expect(run.errors.contains("\"a\""))
        #expect(scene.home.read("copy/conversations/a.json") == half)
        #expect(try await scene.output("show", "b", library: scene.location("copy")).contains("hello b"))
        let other = try await damagedArtifact()
        let again = try await other.run("backup", other.home.path("copy"))
        #expect(again.code == 1)
        #expect(again.errors.contains("\"a\""))
    }

    @Test func whatDoesNotPrintAFileIsNotKeptFromItsWorkByIt() async throws {
        let scene = try await damagedArtifact()
        for isDeleted in [false, true] {
            if isDeleted { try await scene.output("delete", "a") }
            #expect(try await scene.output("show", "a").contains("hello a"))
            let markdown = try await scene.run("export", "--markdown", "--include-trash", "a")
            #expect(markdown.code == 0)
            #expect(markdown.output.contains("hello a"))
        }
    }

    @Test func anExportHoldsWhatCanBeReadAndSaysWhatItLacks() async throws {
        let scene = try await damagedArtifact()
        let export = try await scene.run("export")
        #expect(export.code == 1)
        #expect(export.errors.contains("\"a\"") && export.errors.contains("x.json"))
        scene.home.write("all.jsonl", [UInt8](export.output.utf8))
        let copy = scene.location("copy")
        try await scene.output("import", scene.home.path("all.jsonl"), library: copy)
        #expect(try await scene.output("show", "a", library: copy).contains("hello a"))
        #expect(try await scene.json("artifact", "list", "a", library: copy).texts("name") == ["y"])
        #expect(try await scene.run("artifact", "get", "a", "x").code == 1)
    }

    @Test func aPurgeSaysWhatIsGoneAndWhatIsNot() async throws {
        let scene = LibraryScene()
        try await scene.fill("a", "b", "c")
        try await scene.output("delete", "a", "b", "c")
        let body = try DurableFile.open(path: scene.home.path("library/conversations/b.json"))
        let lock = try body.lock(.exclusive, timeout: .seconds(5))
        let run = try await scene.run("purge", "--all")
        #expect(run.code == 1)
        #expect(run.output == "a\nc\n")
        #expect(run.errors.contains("\"b\""))
        lock.unlock()
        #expect(try await scene.output("list", "--trash").contains("b"))
    }

    @Test(arguments: ["9223372036854775807", "-9223372036854775808", "9007199254740993000"])
    func aDateInTheTrashThatIsNoneKillsNothing(time: String) async throws {
        let scene = LibraryScene()
        try await scene.fill("a", "b")
        try await scene.output("delete", "b")
        let trash = scene.home.path("library/trash")
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: trash).first)
        scene.home.move("library/trash/\(name)", to: "library/trash/b~\(time).json")
        for arguments in [["show", "b"], ["list", "--trash"], ["stats"], ["verify"], ["export", "--include-trash"]] {
            for json in [[], ["--json"]] where json.isEmpty || arguments[0] != "export" {
                let run = try await ConvoProcess.run(
                    [arguments[0]] + json + ["--library", scene.location] + arguments.dropFirst()
                )
                #expect(run.code == 0, "\(arguments): \(run.errors)")
            }
        }
        try await scene.output("backup", scene.home.path("copy"))
        try await scene.output("restore", "b")
        try await scene.output("delete", "b")
        #expect(try await scene.run("purge", "b").output == "b\n")
    }

    @Test(arguments: ["9223372036854775807", "-1", "268435457"])
    func aSizeThatIsNoneKillsNothing(size: String) async throws {
        let scene = try await damagedArtifact()
        for name in ["x", "y"] {
            let record = "library/artifacts/a/.records/\(name).json"
            let text = String(decoding: try #require(scene.home.read(record)), as: UTF8.self)
            scene.home.write(record, [UInt8](text.replacing("\"bytes\":3", with: "\"bytes\":\(size)").utf8))
        }
        #expect(try await scene.run("stats").code == 0)
        let verified = try await scene.run("verify", "--json")
        #expect(verified.code == 1)
        #expect(try JSONValue(parsing: verified.output).texts("kind") == ["damagedArtifact", "damagedArtifact"])
        #expect(try await scene.run("artifact", "list", "a").code == 1)
        #expect(try await scene.run("artifact", "get", "a", "x").code == 1)
        try await scene.output("show", "a")
        try await scene.output("delete", "a")
        try await scene.output("show", "a")
        try await scene.output("restore", "a")
        try await scene.output("delete", "a")
        #expect(try await scene.run("purge", "a").output == "a\n")
    }

    @Test func countsInTheIndexThatAreNoneKillNothing() async throws {
        let scene = LibraryScene()
        try await scene.fill("a", "b")
        try await scene.output("list")
        let index = String(decoding: try #require(scene.home.read("library/index.json")), as: UTF8.self)
            .replacing(#""messages":1,"entries":1"#, with: #""messages":9223372036854775807,"entries":-5"#)
        let end = try #require(index.firstIndex(of: "\n"))
        var checksum = CRC32()
        Array(index[end...].utf8).withUnsafeBytes { checksum.update($0) }
        let digits = String(checksum.value, radix: 16)
        let sum = String(repeating: "0", count: 8 - digits.count) + digits
        let planted = index.replacing(#/"checksum":"[0-9a-f]{8}"/#, with: "\"checksum\":\"\(sum)\"")
        scene.home.write("library/index.json", [UInt8](planted.utf8))
        let counts = try await scene.json("stats")
        #expect(counts["messages"] == 2)
        #expect(try await scene.run("list").code == 0)
        try await scene.output("delete", "a", "b")
        #expect(try await scene.run("purge", "--all").code == 0)
    }

    @Test func aNameThatIsNotUTF8IsRefusedAndNoOtherFileIsTouched() async throws {
        let home = TemporaryDirectory()
        let script = """
            cd "$1" || exit
            printf 'hello\\n' | "$0" chat --store "$(printf 'a\\377')" >&2; echo "code $?"
            printf 'hello\\n' | "$0" chat --store "$(printf 'a\\376')" >&2; echo "code $?"
            ls | wc -l
            """
        let run = try await ConvoProcess.runShell(script, home.path)
        #expect(run.output.replacing(" ", with: "") == "code64\ncode64\n0\n")
    }
}
