import ConversationHistory
import ConversationHistoryTesting
import TestSupport
import Testing

/// Every built-in store runs every clause that it claims, and passes it.
@Suite struct BuiltInStoreConformanceTests {
    @Test func inMemory() async {
        let report = await HistoryStoreConformance(make: { InMemoryHistoryStore() }).run()
        // It has no failure, so it can refuse nothing, and ends with its instance.
        #expect(
            report.skipped
                == ["A9", "B1", "B2", "B3", "B8", "D3", "D4", "D5", "D6", "D9", "D10", "D11", "D12", "D13"]
        )
    }

    @Test(arguments: [SnapshotStyle.lines, .pretty], [Durability.full, .processCrash])
    func jsonFile(_ style: SnapshotStyle, _ durability: Durability) async {
        let directory = TemporaryDirectory()
        let names = NameSource()
        var suite = HistoryStoreConformance(
            make: {
                JSONFileHistoryStore(path: directory.path(names.next()), style: style, durability: durability)
            },
            reopen: { JSONFileHistoryStore(path: $0.path, style: style, durability: durability) },
            raw: .init(
                read: { directory.read(name(of: $0)) ?? [] },
                write: { directory.write(name(of: $0), $1) }
            ),
            delete: { directory.remove(name(of: $0)) }
        )
        // Once in full size.
        if style != .lines || durability != .full { suite.largeByteCount = 1 << 20 }
        let report = await suite.run()
        #expect(report.skipped.isEmpty)
    }

    private func name(of store: JSONFileHistoryStore<ChatMessage>) -> String {
        String(store.path.split(separator: "/").last ?? "")
    }
}
