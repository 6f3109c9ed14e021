import Testing

@testable import convo

@Suite struct TableTests {
    private func table(_ rows: [[String]]) -> Table {
        var table = Table([
            Table.Column(title: "ID", minimum: 4), Table.Column(title: "N", isTrailing: true),
            Table.Column(title: "TITLE", minimum: 3),
        ])
        for row in rows { table.add(row) }
        return table
    }

    @Test func alignsByWidthOnTheTerminal() {
        let text = table([["a", "1", "x"], ["日本", "100", "y"], ["👩‍👩‍👧", "20", "z"]]).text(width: nil)
        #expect(
            text == """
                ID      N  TITLE
                a       1  x
                日本  100  y
                👩‍👩‍👧     20  z

                """
        )
    }

    @Test func shortensTheWidestFirst() {
        let rows = [["identifier", "1", "a title that is rather long"]]
        #expect(
            table(rows).text(width: 30) == """
                ID          N  TITLE
                identifier  1  a title that i…

                """
        )
        #expect(table(rows).text(width: 16).split(separator: "\n").last == "iden…  1  a tit…")
        // No narrower than it can be read.
        #expect(table(rows).text(width: 1).split(separator: "\n").last == "ide…  1  a …")
    }

    @Test func aRowIsALineWithoutControls() {
        let text = table([["a\nb", "\u{1B}[2J", "x\r\ty\u{0}z\u{202E}"]]).text(width: nil)
        #expect(text == "ID     N  TITLE\na b  [2J  x y z\n")
        #expect(table([]).text(width: 80) == "")
    }
}
