import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite("The first of many")
struct FirstElementsTests {
    @Test("They are the first that a sort gives", arguments: [0, 1, 2, 7, 100, .max])
    func first(count: Int) {
        var random = TestSupport.SeededGenerator(seed: UInt64(truncatingIfNeeded: count))
        for size in [0, 1, 5, 50, 500] {
            let numbers = (0..<size).map { _ in Int.random(in: 0..<100, using: &random) }
            var first = FirstElements<Int>(count) { $0 > $1 }
            for number in numbers { first.add(number) }
            #expect(first.sorted == Array(numbers.sorted(by: >).prefix(count)))
        }
    }

    @Test(
        "A library in memory lists what the page of all its conversations is",
        arguments: 1...4 as ClosedRange<UInt64>
    )
    func lists(seed: UInt64) async throws {
        let library = InMemoryConversationLibrary<ChatMessage>()
        var random = TestSupport.SeededGenerator(seed: seed)
        func date() -> Date { Date(timeIntervalSinceReferenceDate: Double(Int.random(in: 0..<9, using: &random))) }
        let owners = ["ada", "bob"].map { Owner(user: $0) }
        var all: [ConversationID: ConversationInfo] = [:]
        for step in 0..<300 {
            let id = ConversationID("c\(Int.random(in: 0..<60, using: &random))")
            let (created, saved) = (date(), date())
            let owner = owners[step % 2]
            do throws(HistoryStoreError) {
                switch step % 7 {
                case 0: try await library.delete(id)
                case 1: try await library.restore(id)
                case 2: _ = try await library.purge(.conversation(id))
                case 3:
                    let store = library.store(for: id)
                    var snapshot = try await store.load() ?? ConversationSnapshot(owner: owner, created: created)
                    snapshot.updated = saved
                    try await store.save(snapshot)
                default: _ = try await library.create(NewConversation(id: id, owner: owner, created: created))
                }
            } catch { #expect([.notFound, .alreadyExists].contains(error.code)) }
            all[id] = try? await library.info(of: id)
            var request = ListRequest(limit: Int.random(in: 0..<9, using: &random))
            if Bool.random(using: &random) { request.order = .oldestFirst }
            if Int.random(in: 0..<4, using: &random) == 0 { request.trash = .only }
            if Int.random(in: 0..<4, using: &random) == 0 { request.owner = owners[0] }
            if Int.random(in: 0..<4, using: &random) == 0 { request.created = created..<max(created, saved) }
            while true {
                let page = try await library.list(request)
                #expect(page == request.page(of: all.values), "step \(step), \(request)")
                let scoped = try await library.scoped(to: owner).list(request)
                #expect(scoped == request.page(of: all.values.filter { $0.owner == owner }), "step \(step), \(request)")
                guard let next = page.next else { break }
                request.cursor = next
            }
        }
    }
}
