import Foundation
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

@Suite("Names of files for ids")
struct LibraryFileNameTests {
    /// What stands on disk for ids of every kind; once released, it must not change.
    static let table: [(id: String, name: String)] = [
        ("trip", "trip"),
        ("task.md", "task.md"),
        ("a_b-c.1", "a_b-c.1"),
        ("Trip", "%54rip"),
        (".", "%2E"),
        ("..", "%2E%2E"),
        ("...", "%2E.%2E"),
        (".hidden", "%2Ehidden"),
        ("dot.", "dot%2E"),
        ("../x", "%2E.%2Fx"),
        ("a/b", "a%2Fb"),
        ("a\\b", "a%5Cb"),
        ("con", "%63on"),
        ("con.txt", "%63on.txt"),
        ("CON", "%43%4F%4E"),
        ("lpt1", "%6Cpt1"),
        ("console", "console"),
        ("a b", "a%20b"),
        ("50%", "50%25"),
        ("a~1", "a%7E1"),
        ("\u{E9}", "%C3%A9"),
        ("e\u{301}", "e%CC%81"),
        ("日", "%E6%97%A5"),
        ("\n", "%0A"),
    ]

    @Test("Each id has one name, and comes back from it", arguments: table)
    func encodes(_ id: String, _ name: String) {
        #expect(LibraryFileName.encode(id) == name)
        #expect(LibraryFileName.decode(name).map { Array($0.utf8) } == Array(id.utf8))
    }

    @Test("No two ids share a name where case and the form of characters do not count")
    func distinct() {
        let folded = Set(Self.table.map { LibraryFileName.encode($0.id).lowercased() })
        #expect(folded.count == Self.table.count)
    }

    @Test("Long names are cut, differ, and fit with all their endings")
    func long() {
        let ids = ["x", "y", "z"].flatMap { end in
            [254, 200, 199].map { String(repeating: "a", count: $0) + end } + [String(repeating: "é", count: 127) + end]
        }
        let names = ids.map(LibraryFileName.encode)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.utf8.count <= LibraryFileName.longest })
        #expect(names.count { LibraryFileName.decode($0) == nil } == 9)
        #expect(LibraryFileName.encode(String(repeating: "a", count: 200)) == String(repeating: "a", count: 200))
    }

    @Test(
        "Other spellings of a name stand for nothing",
        arguments: ["%74rip", "Trip", "%e9", "a%2", "a%2x", "%C3", "a~1", ".x"]
    )
    func refuses(_ name: String) {
        #expect(LibraryFileName.decode(name) == nil)
    }

    @Test("A name in the trash may hold any number, and a history any date of its deletion")
    func trashedNames() throws {
        for time in [Int64.min, -1, 0, 1, 9_007_199_254_740_993, .max] {
            let name = try #require(TrashedName("a~\(time).json"))
            #expect(name.body == "a~\(time).json")
            #expect(name.stem == "a")
        }
        for seconds in [0, 0.5, -1e300, 1e300] {
            let deleted = Date(timeIntervalSinceReferenceDate: seconds)
            let name = try #require(TrashedName(TrashedName(stem: "a", deleted: deleted).body))
            if abs(seconds) < 1 { #expect(name.deleted == deleted) }
        }
    }

    @Test("The hash is SHA-256")
    func hash() {
        func hex(_ bytes: [UInt8]) -> String {
            bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }
        #expect(
            hex(SHA256.hash([])) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )
        #expect(
            hex(SHA256.hash(Array("abc".utf8))) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
        #expect(
            hex(SHA256.hash([UInt8](repeating: 97, count: 1_000_000)))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        )
    }
}
