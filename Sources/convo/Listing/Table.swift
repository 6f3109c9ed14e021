/// Rows of text below each other, for people.
///
/// Whatever the cells hold, each row is one line, and nothing in it commands a terminal.
struct Table {
    /// A column.
    struct Column {
        let title: String
        /// Whether its cells stand at its right edge, as numbers do.
        var isTrailing = false
        /// To how many columns of the terminal it may be shortened; `nil` if its cells are always whole.
        var minimum: Int?
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row, with a cell for each column.
    mutating func add(_ cells: [String]) { rows.append(cells.map(\.cell)) }

    /// Returns the lines, with the titles in the first, each with an end; nothing if there are no rows.
    ///
    /// - Parameter width: How many columns the terminal has; `nil` if it is none.
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

    /// Returns how wide the columns are: as their cells, or less if the terminal is not that wide.
    private func fittedWidths(_ rows: [[String]], in width: Int?) -> [Int] {
        var widths = columns.indices.map { index in rows.map { $0[index].displayWidth }.max() ?? 0 }
        guard let width else { return widths }
        // The widest gives way first, so that what is short stays whole.
        while widths.reduce(2 * (columns.count - 1), +) > width {
            let shrinkable = columns.indices.filter { widths[$0] > columns[$0].minimum ?? .max }
            guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        return widths
    }
}
