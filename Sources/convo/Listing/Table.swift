/// A table of text with aligned columns.
///
/// Each row is one line without terminal control characters, whatever its cells contain.
struct Table {
    /// A column.
    struct Column {
        let title: String
        /// Whether its cells are aligned to the right, like numbers.
        var isTrailing = false
        /// The minimum width; `nil` if its cells must not be shortened.
        var minimum: Int?
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row, with a cell for each column.
    mutating func add(_ cells: [String]) { rows.append(cells.map(\.cell)) }

    /// Returns the lines, with the titles in the first one; empty if there are no rows.
    ///
    /// - Parameter width: The number of columns of the terminal; `nil` if the output is not a terminal.
    func text(width: Int?) -> String {
        guard !rows.isEmpty else { return "" }
        let all = [columns.map(\.title)] + rows
        let widths = fittedWidths(all, in: width)
        return all.map { line($0, widths) }.joined()
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (index, column) in columns.enumerated() {
            let cell = cells[index].fitted(to: widths[index])
            let blanks = String(repeating: " ", count: max(0, widths[index] - cell.displayWidth))
            line += (index == 0 ? "" : "  ") + (column.isTrailing ? blanks + cell : cell + blanks)
        }
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }

    /// Returns the widths of the columns: as wide as their cells, or less on a narrow terminal.
    private func fittedWidths(_ rows: [[String]], in width: Int?) -> [Int] {
        var widths = columns.indices.map { index in rows.map { $0[index].displayWidth }.max() ?? 0 }
        guard let width else { return widths }
        // Shorten the widest column first, so that short cells stay complete.
        while widths.reduce(2 * (columns.count - 1), +) > width {
            let shrinkable = columns.indices.filter { widths[$0] > columns[$0].minimum ?? .max }
            guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        return widths
    }
}
