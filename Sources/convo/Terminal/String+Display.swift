import ConversationHistory
import ConversationHistoryLibrary

extension String {
    /// This text without the control characters that a model could use to control the terminal.
    var withoutControls: String {
        func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
            scalar == "\n" || scalar == "\t" || scalar.properties.generalCategory != .control
        }
        if unicodeScalars.allSatisfy(isHarmless) { return self }
        return String(String.UnicodeScalarView(unicodeScalars.filter(isHarmless)))
    }

    /// Returns this text on one line, shortened to a number of characters.
    func shortened(to count: Int) -> String {
        // Reads more characters than fit, because runs of white space become single spaces.
        let line = prefix(4 * count).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count > count || self.count > 4 * count ? line.prefix(count - 1) + "…" : line
    }

    /// This text on one line, without characters that control a terminal or change the writing direction.
    var cell: String {
        func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace || scalar == "\0" }
        func isShown(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.value {
            case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFFF9...0xFFFB: false
            default: scalar.properties.generalCategory != .control
            }
        }
        let words = unicodeScalars.split(whereSeparator: isBlank)
        let line = words.map { String(String.UnicodeScalarView($0.filter(isShown))) }.joined(separator: " ")
        return line
    }

    /// This text for messages: in quotes, on one line and shortened.
    ///
    /// A database connection is redacted, because it may contain a password, no matter where the user typed it.
    var quoted: String {
        let text = ConnectionText.hasPartsOfConnection(self) ? ConnectionURL(self).description : self
        return "\"\(text.cell.fitted(to: 80))\""
    }

    /// This text in quotes, for messages about unexpected words.
    ///
    /// Anything that looks like a connection is redacted.
    var quotedUnknown: String { ConnectionText.isLikely(self) ? ConnectionURL(self).description.quoted : quoted }

    /// The number of columns of this text on a terminal.
    var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

    /// Returns this text, shortened to a number of columns.
    func fitted(to width: Int) -> String {
        guard displayWidth > width else { return self }
        var (text, taken) = ("", 0)
        for character in self {
            taken += character.displayWidth
            guard taken < width else { break }
            text.append(character)
        }
        return text + "…"
    }
}

extension Character {
    /// The number of columns of this character on a terminal: 0, 1, or 2 for wide characters.
    var displayWidth: Int {
        guard let first = unicodeScalars.first else { return 0 }
        if first.isASCII, unicodeScalars.count == 1 { return 1 }
        if unicodeScalars.contains(where: { $0.isWide || $0 == "\u{FE0F}" }) { return 2 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: return 1
        }
    }
}

extension Unicode.Scalar {
    /// Whether this is two columns wide, by its East Asian width or its presentation as an emoji.
    fileprivate var isWide: Bool {
        switch value {
        case ..<0x1100: false
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD:
            true
        default: properties.isEmojiPresentation
        }
    }
}
