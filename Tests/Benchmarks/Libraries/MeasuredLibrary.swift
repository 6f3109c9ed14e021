import ConversationHistory
import ConversationHistoryLibrary
import TestSupport

/// A kind of library that is measured, and one library of it, which is empty at first.
protocol MeasuredLibrary: Sendable {
    associatedtype Library: ConversationLibrary<ChatMessage>

    /// What the figures call it.
    static var name: String { get }

    /// The most conversations and the most entries with which it is measured: more would take too long to put in.
    static var mostConversations: Int { get }
    static var mostEntries: Int { get }

    /// Makes an empty library.
    ///
    /// - Parameter durability: What a change that has returned survives.
    init(durability: Durability) async throws

    var library: Library { get }

    /// Returns the library, or another one over the same place, whose work is counted from now on.
    func counted() async throws -> CountedLibrary<Library>

    /// Lets it do what it would do by itself a while after much was put in.
    func settle() throws

    /// Ends the use of the library.
    func close() async
}

extension MeasuredLibrary {
    func settle() {}
}

/// A library, and how to learn what it has done.
struct CountedLibrary<Library: ConversationLibrary<ChatMessage>> {
    let library: Library

    /// Returns what was done so far: the same on every machine, but for how many bytes a number takes.
    let counts: () async throws -> [LibraryCount]
}

/// Something that a library has done so often.
struct LibraryCount {
    let name: String
    let unit: String
    let value: Double
}

/// The kinds that this program was built with.
enum MeasuredLibraries {
    static let all: [any MeasuredLibrary.Type] = {
        var all: [any MeasuredLibrary.Type] = [MeasuredMemoryLibrary.self, MeasuredDirectoryLibrary.self]
        #if SQLite
        all.append(MeasuredSQLiteLibrary.self)
        #endif
        #if PostgreSQL
        if PostgresServer.canStart { all.append(MeasuredPostgresLibrary.self) }
        #endif
        return all
    }()

    /// What is left out, and how to have it measured.
    static let notes: [String] = {
        var notes: [String] = []
        #if !SQLite
        notes.append("SQLite is not measured: run this with `--traits SQLite`.")
        #endif
        #if !PostgreSQL
        notes.append("PostgreSQL is not measured: run this with `--traits PostgreSQL`.")
        #else
        if !PostgresServer.canStart { notes.append("PostgreSQL is not measured: there is no server here.") }
        #endif
        return notes
    }()

    /// The kinds that a group is to measure.
    static func wanted(in group: String, _ report: Report) -> [any MeasuredLibrary.Type] {
        all.filter { report.wants(library: $0.name, in: group) }
    }
}

extension Report {
    /// Adds what a library did in each of several goes.
    ///
    /// - Parameters:
    ///   - name: What it did.
    ///   - run: Does it once.
    func addCounts<Library>(
        _ name: String,
        _ size: Int,
        of counted: CountedLibrary<Library>,
        rounds: Int,
        _ run: (Int) async throws -> Void
    ) async throws {
        var totals: [[LibraryCount]] = [try await counted.counts()]
        for round in 0..<rounds {
            try await run(round)
            totals.append(try await counted.counts())
        }
        for (index, count) in totals[0].enumerated() {
            let values = zip(totals, totals.dropFirst()).map { $1[index].value - $0[index].value }
            add(Figure("\(name): \(count.name)", size, unit: count.unit, values))
        }
    }
}
