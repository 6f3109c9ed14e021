import ConversationHistory
import ConversationHistoryLibrary
import Foundation

extension ParsedArguments {
    /// Returns the operands, of which there must be a certain number.
    func operands(_ count: ClosedRange<Int>, _ names: String) throws(UsageError) -> [String] {
        guard operands.count >= count.lowerBound else { throw error("Give \(names)") }
        guard operands.count <= count.upperBound else {
            throw error("\(operands[count.upperBound].quotedUnknown) is too much; give \(names)")
        }
        return operands
    }

    /// Returns the operands as ids, of which there must be one at least.
    func ids() throws(UsageError) -> [ConversationID] {
        try operands(1...Int.max, "the id of a conversation, or of several").map { ConversationID($0) }
    }

    /// Throws if there are operands.
    func expectNoOperands() throws(UsageError) {
        guard let first = operands.first else { return }
        throw error("\(first.quotedUnknown) is not expected")
    }

    /// Returns the value of an option that is a date.
    ///
    /// - Parameter isEnd: Whether a day means its end.
    func date(_ name: String, isEnd: Bool = false) throws(UsageError) -> Date? {
        guard let text = value(name) else { return nil }
        guard let date = ShownDate.parse(text, isEnd: isEnd) else {
            throw error("The value of --\(name) must be a date such as 2025-03-01 or 2025-03-01T09:30:00Z")
        }
        return date
    }

    /// Returns the dates from `--since` to `--until`; `nil` if neither is given.
    func dates() throws(UsageError) -> Range<Date>? {
        let (since, until) = (try date("since"), try date("until", isEnd: true))
        guard since != nil || until != nil else { return nil }
        let (start, end) = (since ?? .distantPast, until ?? .distantFuture)
        guard start <= end else { throw error("The date of --since comes after that of --until") }
        return start..<end
    }

    /// Returns a path, which must be one.
    ///
    /// - Parameters:
    ///   - name: What it is the path of, for the error.
    ///   - isStream: Whether `-` is standard input or output; if not, it is refused, as nobody means a file `-` by it.
    func path(_ text: String, _ name: String, isStream: Bool = false) throws(UsageError) -> String {
        guard !text.isEmpty else { throw error("\(name) has an empty path") }
        guard isStream || text != "-" else {
            throw error("\(name) cannot be standard input or output; a file named - is written ./-")
        }
        guard !ConnectionText.isLikely(text) else {
            throw error("\(name) looks like the connection of a database; a path of such a name begins with ./")
        }
        return text
    }

    /// Returns the path of `--output`, if it is given.
    func output() throws(UsageError) -> String? {
        guard let text = value("output") else { return nil }
        return try path(text, "The file of --output", isStream: true)
    }

    /// Returns the value of an option that is a list of words with commas, around which there may be blanks.
    func words(_ name: String) throws(UsageError) -> [String]? {
        guard let text = value(name) else { return nil }
        let words = text.split { $0 == "," || $0.isWhitespace }.map(String.init)
        guard !words.isEmpty else { throw error("The value of --\(name) is empty") }
        return words
    }

    /// Returns the value of an option that is one of some words.
    func choice(_ name: String, _ words: [String]) throws(UsageError) -> String? {
        guard let word = value(name) else { return nil }
        guard words.contains(word) else {
            throw error("The value of --\(name) must be one of \(words.joined(separator: ", "))")
        }
        return word
    }
}
