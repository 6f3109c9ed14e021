import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory

@Suite("Reading a file whose lock cannot be taken")
struct LockFreeReadTests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    /// A history in a file, and a store for whom the lock is somebody else's.
    private struct Scene {
        let file = HistoryFile()
        let faults = PlannedFaults()
        let store: HistoryFile.Store
        var snapshot = Snapshot(id: "c")

        init(errno: CInt, call name: String = "openat", lockTimeout: Duration = .seconds(10)) async throws {
            store = file.store(lockTimeout: lockTimeout, calls: faults.calls)
            try snapshot.append(.user("stored"))
            try await file.store().save(snapshot)
            fail(errno, call: name)
        }

        /// Lets the first call of a kind that works on the lock fail: the directory was opened by then.
        func fail(_ errno: CInt, call name: String) {
            let count = Locked(0)
            faults.begin { _, call in
                guard call.name == name else { return nil }
                let ordinal: Int = count.withLock { (count: inout Int) -> Int in
                    count += 1
                    return count
                }
                return ordinal == (name == "openat" ? 2 : 1) ? .fail(errno) : nil
            }
        }
    }

    @Test(
        "A reader that may not open the lock reads nonetheless",
        arguments: ErrorNumber.permissionDenied.sorted(),
        ["openat", "flock"]
    )
    func denied(errno: CInt, call: String) async throws {
        let scene = try await Scene(errno: errno, call: call)
        #expect(try await scene.store.load() == scene.snapshot)
        #expect(await scene.store.recovery == nil)
        #expect(scene.faults.calls.openCount == 0)
        let content = scene.file.content
        // A writer does not write without the lock.
        var next = scene.snapshot
        try next.append(.user("next"))
        scene.fail(errno, call: call)
        let error = await failure { () throws(HistoryStoreError) in try await scene.store.save(next) }
        #expect(error?.code == .permissionDenied)
        #expect(scene.file.content == content)
        // What was read without the lock is as good to go on from.
        _ = scene.faults.end()
        try await scene.store.save(next)
        #expect(try await scene.file.loaded() == next)
    }

    @Test("Nor does it wait for the writer that holds the lock")
    func held() async throws {
        let errno = ErrorNumber.permissionDenied.sorted()[0]
        let scene = try await Scene(errno: errno, lockTimeout: .zero)
        let lock = try DurableFile.open(path: scene.file.path).lock(.exclusive, timeout: .zero)
        #expect(try await scene.store.load() == scene.snapshot)
        #expect(scene.faults.calls.pauses.isEmpty)
        lock.unlock()
    }

    @Test("Without the file there is nothing to read, lock or no lock")
    func missing() async throws {
        let scene = try await Scene(errno: ErrorNumber.permissionDenied.sorted()[0])
        scene.file.directory.remove(scene.file.name)
        #expect(try await scene.store.load() == nil)
    }

    @Test("Any other failure of the lock is one of the reader", arguments: ["openat", "flock"])
    func broken(call: String) async throws {
        let scene = try await Scene(errno: ErrorNumber.inputOutput, call: call)
        let error = await failure { () throws(HistoryStoreError) in _ = try await scene.store.load() }
        #expect(error?.code == .io)
        #expect(scene.faults.calls.openCount == 0)
    }

    @Test("A reader without the lock sees one snapshot or another, whatever writers do between two of its reads")
    func interleaved() throws {
        // Long enough for two reads, with the first footer at or about the place where the first read ends.
        for residue in stride(from: -260, through: 40, by: 50) {
            let stages = try Self.stages(footerAt: 1 << 20 + residue)
            for first in stages.indices {
                for second in stages.indices where second >= first {
                    var reads = 0
                    let reader = HistoryReader<ChatMessage>(limits: HistoryLimits())
                    let found = try reader.read { (buffer: UnsafeMutableRawBufferPointer, offset: Int) in
                        let bytes = stages[reads == 0 ? first : second].bytes
                        reads += 1
                        let part = bytes.dropFirst(offset).prefix(buffer.count)
                        buffer.copyBytes(from: part)
                        return part.count
                    }
                    let comment: Comment = "footer at \(residue), \(first) and \(second)"
                    let allowed = stages[first...second].map(\.snapshot)
                    #expect(allowed.contains(found.snapshot), comment)
                }
            }
        }
    }

    /// What is in a file while two saves append to it, and the snapshot that it then holds.
    private static func stages(footerAt place: Int) throws -> [(bytes: [UInt8], snapshot: Snapshot)] {
        let writer = HistoryWriter<ChatMessage>(limits: HistoryLimits())
        var snapshot = Snapshot(id: "c")
        try snapshot.append(HistoryEntry(.message(.user("")), id: "e", date: nil))
        func encode() throws -> (bytes: [UInt8], layout: HistoryLayout) {
            var bytes: [UInt8] = []
            let written = try writer.write(snapshot, style: .lines, lineage: "l", revision: 1) {
                (part: UnsafeRawBufferPointer) throws(FileFailure) in bytes += part
            }
            return (bytes, try #require(written.layout))
        }
        let short = try encode().layout.footerOffset
        try snapshot.update("e") { (entry: inout HistoryEntry<ChatMessage>) in
            entry.content = .message(.user(String(repeating: "x", count: place - short)))
        }
        var (bytes, layout) = try encode()
        #expect(layout.footerOffset == place)
        var stages = [(bytes: bytes, snapshot: snapshot)]
        for revision in 2...3 {
            let before = snapshot
            let old = layout
            let count = snapshot.entries.count
            try snapshot.append(.user("appended"), date: nil)
            var tail = JSONWriter()
            layout = try writer.writeTail(
                of: snapshot,
                from: HistoryWriter.Position(entries: count, turns: 0, rewound: 0, of: snapshot),
                behind: old,
                end: bytes.count,
                members: try writer.members(of: snapshot),
                revision: revision,
                to: &tail
            )
            let added = tail.withUnsafeBytes(Array.init)
            stages.append((bytes + added.prefix(added.count / 2), before))
            bytes += added
            stages.append((bytes, snapshot))
            let blank = HistoryFooter.blank(count: old.footerCount)
            var half = bytes
            half.replaceSubrange(
                old.footerOffset..<old.footerOffset + blank.count / 2,
                with: blank.prefix(blank.count / 2)
            )
            stages.append((half, snapshot))
            bytes.replaceSubrange(old.footerOffset..<old.footerOffset + blank.count, with: blank)
            stages.append((bytes, snapshot))
        }
        return stages
    }
}
