import ConversationHistory
import ConversationHistoryExchange

/// The report of an import, as text or as JSON.
@MainActor
struct ImportListing {
    let isJSON: Bool
    let terminal: Terminal

    /// Prints the report, and reports refused conversations on standard error.
    func print(_ report: ImportReport) {
        terminal.send(isJSON ? JSONListing.object(Self.json(report)) : Self.text(report))
        for refusal in report.refused {
            terminal.error("\(refusal.id.rawValue.quoted) was refused. \(refusal.error.description)")
        }
    }

    private static func text(_ report: ImportReport) -> String {
        let parts = [
            (report.alreadyThere.count, "already there"), (report.skipped.count, "skipped"),
            (report.renamed.count, "of them renamed"), (report.replaced.count, "replaced"),
            (report.refused.count, "refused"),
        ]
        let counts = ["\(report.imported.count) imported"] + parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        let renamed = report.renamed.map { "\($0.id.rawValue.cell) is now \($0.storedID.rawValue.cell)\n" }
        return counts.joined(separator: ", ") + "\n" + renamed.joined()
    }

    private static func json(_ report: ImportReport) -> JSONObject {
        func items(_ items: [ImportReport.Item]) -> JSONValue {
            .array(
                items.map { item in
                    var object: JSONObject = ["id": .string(item.id.rawValue)]
                    object.add("stored_id", item.storedID.rawValue)
                    object.add("line", item.line)
                    return .object(object)
                }
            )
        }
        let refused = report.refused.map { refusal in
            var object: JSONObject = ["id": .string(refusal.id.rawValue)]
            object.add("reason", refusal.error.reason)
            object.add("line", refusal.error.line)
            return JSONValue.object(object)
        }
        return [
            "imported": items(report.imported), "already_there": items(report.alreadyThere),
            "skipped": items(report.skipped), "renamed": items(report.renamed), "replaced": items(report.replaced),
            "refused": .array(refused),
        ]
    }
}
