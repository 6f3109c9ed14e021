import DurableFiles
import TestSupport
import Testing

@Suite("Replacing a file")
struct ReplaceTests {
    let directory = TemporaryDirectory()
    let old = bytes("the old content\n")
    let new = bytes("the new content, which is longer than the old\n")

    @Test("A new file is the user's alone, and its identity is returned")
    func createsFile() throws {
        let file = try DurableFile.open(path: directory.path("a.json"))
        let identity = try file.replace(new)
        #expect(directory.read("a.json") == new)
        #expect(directory.mode("a.json") == 0o600)
        #expect(try file.identity() == identity)
        #expect(identity.size == Int64(new.count))
        #expect(directory.names() == ["a.json"])
    }

    @Test("The mode of the old file is kept", arguments: [0o600, 0o640, 0o444, 0o755] as [UInt32])
    func keepsMode(mode: UInt32) throws {
        directory.write("a.json", old, mode: mode)
        let file = try DurableFile.open(path: directory.path("a.json"))
        let identity = try file.replace(new)
        #expect(directory.mode("a.json") == mode)
        #expect(identity.mode == mode)
        #expect(try file.identity() == identity)
    }
}
