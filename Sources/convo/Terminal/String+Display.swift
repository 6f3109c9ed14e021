import ConversationHistory
import ConversationHistoryLibrary

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

    /// This text on one line, without anything that commands a terminal or turns the writing round.
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

    /// This text in quotes, on one line and not too long, for messages.
    ///
    /// The connection of a database is left out: whatever it was typed as, it may hold a password.
    var quoted: String {
        let text = ConnectionText.hasPartsOfConnection(self) ? ConnectionURL(self).description : self
        return "\"\(text.cell.fitted(to: 80))\""
    }

    /// This text in quotes, for messages about a word that nothing is known of; what looks like a connection is left out.
    var quotedUnknown: String { ConnectionText.isLikely(self) ? ConnectionURL(self).description.quoted : quoted }

    /// How many columns this takes on a terminal.
    var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

    /// Returns this text cut so that it takes no more than a number of columns.
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
    /// How many columns this takes on a terminal: two for what is as wide as it is high.
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
    /// Whether East Asian Width or the presentation as an emoji make this two columns wide.
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
