extension String {
    /// This text without the control characters with which a model could command the terminal.
    var withoutControls: String {
        func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
            scalar == "\n" || scalar == "\t" || scalar.properties.generalCategory != .control
        }
        if unicodeScalars.allSatisfy(isHarmless) { return self }
        return String(String.UnicodeScalarView(unicodeScalars.filter(isHarmless)))
    }

    /// Returns this text on one line, no longer than a number of characters.
    func shortened(to count: Int) -> String {
        // A little more than fits is looked at, as blanks are drawn together.
        let line = prefix(4 * count).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count > count || self.count > 4 * count ? line.prefix(count - 1) + "…" : line
    }
}
