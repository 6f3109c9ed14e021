import ConversationHistoryLibrary

/// The results of a conformance suite: each clause passed, failed or was skipped.
///
/// Its description is a table with a line for each clause.
public struct ConformanceReport: Sendable, CustomStringConvertible {
    /// The outcome of a clause.
    public enum Outcome: Hashable, Sendable {
        /// The store satisfies the clause.
        case passed

        /// The store violates the clause; the text says what happened instead.
        case failed(String)

        /// The clause could not be checked; the text says why.
        case skipped(String)
    }

    /// A clause and its outcome.
    public struct Result: Hashable, Sendable {
        /// The clause.
        public let clause: ConformanceClause

        /// The outcome of the clause.
        public let outcome: Outcome

        /// Creates a result, for a custom suite.
        public init(_ clause: ConformanceClause, _ outcome: Outcome) {
            self.clause = clause
            self.outcome = outcome
        }
    }

    /// The name of the tested type.
    public let subject: String

    /// The results of all clauses, in the order of the suite.
    public let results: [Result]

    /// Creates a report, for a custom suite.
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

    /// The ids of the skipped clauses, in order.
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
