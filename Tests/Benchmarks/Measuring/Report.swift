import ConversationHistory

/// Collects the figures and prints them: a table while they come in, or one JSON document at the end.
final class Report {
    private let isJSON: Bool
    private var figures: [Figure] = []

    private let filter: String?

    init(isJSON: Bool, filter: String?) {
        self.isJSON = isJSON
        self.filter = filter
    }

    /// Tells whether a thing, or a part of it, is to be measured.
    func wants(_ name: String) -> Bool {
        guard let filter, filter.contains("/") else { return true }
        return name == filter
    }

    /// Tells whether a library, or a part of what is measured of it, is to be measured.
    func wants(library name: String, in group: String) -> Bool {
        guard let filter, filter.contains("/") else { return true }
        return filter.hasPrefix("\(group)/\(name)")
    }

    func add(_ figure: Figure) {
        figures.append(figure)
        guard !isJSON else { return }
        print(
            "  " + Self.padded(figure.name, 46, isRight: false) + Self.padded(Self.spelled(figure.median), 14)
                + Self.padded(figure.runCount > 1 ? Self.spelled(figure.p90) : "", 12)
                + Self.padded(figure.runCount > 1 ? Self.spelled(figure.best) : "", 12) + "  " + figure.unit
        )
    }

    /// Adds how many times as much a figure is as another one of the same size.
    func addRatio(_ name: String, of figure: String, to base: String, size: Int) {
        guard let value = median(figure, size), let base = median(base, size), base > 0 else { return }
        add(Figure(name, size, unit: "times", [value / base]))
    }

    /// Adds how many times as much a figure is as at the smallest size that was measured.
    func addGrowth(of figure: String, size: Int) {
        let smallest = figures.filter { $0.name == figure }.min { $0.size < $1.size }
        guard let smallest, smallest.size < size, let value = median(figure, size), smallest.median > 0 else { return }
        add(Figure("\(figure) over \(smallest.size)", size, unit: "times", [value / smallest.median]))
    }

    func finish() {
        guard isJSON else { return }
        let list = figures.map { figure -> JSONValue in
            [
                "name": .string(figure.name), "messages": .number(JSONNumber(figure.size)),
                "unit": .string(figure.unit),
                "median": Self.number(figure.median), "p90": Self.number(figure.p90), "best": Self.number(figure.best),
                "runs": .number(JSONNumber(figure.runCount)),
            ]
        }
        print(JSONValue.array(list).jsonString)
    }

    private func median(_ name: String, _ size: Int) -> Double? {
        figures.last { $0.name == name && $0.size == size }?.median
    }

    private static func number(_ value: Double) -> JSONValue { JSONNumber(value).map(JSONValue.number) ?? .null }

    /// A number with three digits that mean something, or all of them before the point.
    private static func spelled(_ value: Double) -> String {
        if value >= 100 || value == value.rounded() { return String(Int(value.rounded())) }
        let scale = value >= 10 ? 10.0 : value >= 1 ? 100 : 10000
        return String((value * scale).rounded() / scale)
    }

    private static func padded(_ text: String, _ width: Int, isRight: Bool = true) -> String {
        let blanks = String(repeating: " ", count: max(1, width - text.count))
        return isRight ? blanks + text : text + blanks
    }
}
