import ConversationHistoryLibrary

/// What a conformance suite found: for each clause whether the store passed, failed or could not be asked.
///
/// Its description is a table with a line for each clause, for logs and for people.
public struct ConformanceReport: Sendable, CustomStringConvertible {
    /// How a clause ended.
    public enum Outcome: Hashable, Sendable {
        /// The store does what the clause demands.
        case passed

        /// The store does not; the text says what happened instead.
        case failed(String)

        /// The store could not be asked; the text says why.
        case skipped(String)
    }

    /// A clause and how it ended.
    public struct Result: Hashable, Sendable {
        /// The clause.
        public let clause: ConformanceClause

        /// How it ended.
        public let outcome: Outcome

        /// Creates a result, for a suite of one's own.
        public init(_ clause: ConformanceClause, _ outcome: Outcome) {
            self.clause = clause
            self.outcome = outcome
        }
    }

    /// The name of what was examined.
    public let subject: String

    /// Every clause of the suite, in its order.
    public let results: [Result]

    /// Creates a report, for a suite of one's own.
    public init(subject: String, results: [Result]) {
        self.subject = subject
        self.results = results
    }

    /// The ids of the clauses that passed, in order.
    public var passed: [String] { results.filter { $0.outcome == .passed }.map(\.clause.id) }

    /// The ids of the clauses that failed, in order.
    public var failed: [String] {
        results.compactMap { if case .failed = $0.outcome { $0.clause.id } else { nil } }
    }

    /// The ids of the clauses that could not be asked, in order.
    public var skipped: [String] {
        results.compactMap { if case .skipped = $0.outcome { $0.clause.id } else { nil } }
    }

    /// The table: a heading, a line for each clause, and the counts.
    public var description: String {
        var lines = ["Conformance of \(subject)"]
        for result in results {
            let clause = result.clause
            let id = clause.id + String(repeating: " ", count: max(0, 3 - clause.id.utf8.count))
            switch result.outcome {
            case .passed: lines.append("  passed   \(id)  \(clause.demand)")
            case .failed(let reason): lines.append("  FAILED   \(id)  \(clause.demand) - \(reason)")
            case .skipped(let reason): lines.append("  skipped  \(id)  \(clause.demand) - \(reason)")
            }
        }
        lines.append("\(passed.count) passed, \(failed.count) failed, \(skipped.count) skipped")
        return lines.joined(separator: "\n")
    }
}
