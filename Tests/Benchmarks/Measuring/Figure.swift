/// What was measured of one thing at one size.
struct Figure {
    let name: String
    let size: Int
    let unit: String
    let median: Double
    /// The value that nine of ten runs do not exceed; of a rate, the one that nine of ten reach.
    let p90: Double
    /// The best value: what the machine gives when it does nothing else.
    let best: Double
    let runCount: Int

    init(_ name: String, _ size: Int, unit: String, _ values: [Double]) {
        precondition(!values.isEmpty, "There is nothing to make a figure of.")
        let sorted = values.sorted()
        self.name = name
        self.size = size
        self.unit = unit
        let isRate = unit.hasSuffix("/s")
        best = isRate ? sorted[sorted.count - 1] : sorted[0]
        median = sorted[(sorted.count - 1) / 2]
        p90 = sorted[(sorted.count - 1) * (isRate ? 1 : 9) / 10]
        runCount = sorted.count
    }
}
