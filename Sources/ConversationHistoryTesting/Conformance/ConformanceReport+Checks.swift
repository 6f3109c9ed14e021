import ConversationHistoryLibrary
import Testing

/// Running checks and recording their results, for every suite.
extension ConformanceReport {
    /// A clause, and the closure that checks it.
    typealias Check = (clause: ConformanceClause, run: () async throws -> Void)

    /// Runs checks one after another; an error that a check throws decides the outcome of its clause.
    init(of subject: Any.Type, checks: [Check]) async {
        var results: [Result] = []
        for check in checks { results.append(Result(check.clause, await Outcome(of: check.run))) }
        self.init(subject: String(describing: subject), results: results)
    }

    /// Prints the table, and records an issue for each failed clause.
    func record(at sourceLocation: SourceLocation) {
        print(self)
        for result in results {
            guard case .failed(let reason) = result.outcome else { continue }
            let clause = result.clause
            Issue.record("\(clause.id): \(clause.demand) \(reason)", sourceLocation: sourceLocation)
        }
    }
}

extension ConformanceReport.Outcome {
    /// Runs a check and creates its outcome.
    fileprivate init(of check: () async throws -> Void) async {
        do {
            try await check()
            self = .passed
        } catch ConformanceFinding.failed(let reason) {
            self = .failed(reason)
        } catch ConformanceFinding.skipped(let reason) {
            self = .skipped(reason)
        } catch {
            self = .failed("It threw: \(error)")
        }
    }
}
