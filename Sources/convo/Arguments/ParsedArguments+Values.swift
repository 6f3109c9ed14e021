import ConversationHistory
import ConversationHistoryLibrary
import Foundation

extension ParsedArguments {
    /// Returns the operands, and throws if their number is wrong.
    func operands(_ count: ClosedRange<Int>, _ names: String) throws(UsageError) -> [String] {
        guard operands.count >= count.lowerBound else { throw error("Give \(names)") }
        guard operands.count <= count.upperBound else {
            throw error("Unexpected argument \(operands[count.upperBound].quotedUnknown). Give only \(names)")
        }
        return operands
    }

    /// Returns the operands as ids, and throws if no operand was given.
    func ids() throws(UsageError) -> [ConversationID] {
        try operands(1...Int.max, "the ids of one or more conversations").map { ConversationID($0) }
    }

    /// Throws if there are operands.
    func expectNoOperands() throws(UsageError) {
        guard let first = operands.first else { return }
        throw error("Unexpected argument \(first.quotedUnknown)")
    }

    /// Returns an option's value as a date.
    ///
    /// - Parameter isEnd: Whether a day stands for its end.
    func date(_ name: String, isEnd: Bool = false) throws(UsageError) -> Date? {
        guard let text = value(name) else { return nil }
        guard let date = DisplayDate.parse(text, isEnd: isEnd) else {
            throw error("The value of --\(name) must be a date such as 2025-03-01 or 2025-03-01T09:30:00Z")
        }
        return date
    }

    /// Returns the dates from `--since` to `--until`; `nil` if neither is given.
    func dates() throws(UsageError) -> Range<Date>? {
        let (since, until) = (try date("since"), try date("until", isEnd: true))
        guard since != nil || until != nil else { return nil }
        let (start, end) = (since ?? .distantPast, until ?? .distantFuture)
        guard start <= end else { throw error("The date of --since must not be later than the date of --until") }
        return start..<end
    }

    /// Returns a path, and throws if it is not a valid one.
    ///
    /// - Parameters:
    ///   - name: The subject of the error message.
    ///   - isStream: Whether `-` stands for standard input or output. Otherwise `-` is an error, because users don't mean
    ///     a file with that name.
    func path(_ text: String, _ name: String, isStream: Bool = false) throws(UsageError) -> String {
        guard !text.isEmpty else { throw error("\(name) is empty") }
        guard isStream || text != "-" else {
            throw error("\(name) cannot be standard input or output. For a file named -, write ./-")
        }
        guard !ConnectionText.isLikely(text) else {
            throw error("\(name) looks like a database connection. For a file with that name, put ./ in front of it")
        }
        return text
    }

    /// Returns the path of `--output`, if it is given.
    func output() throws(UsageError) -> String? {
        guard let text = value("output") else { return nil }
        return try path(text, "The path of --output", isStream: true)
    }

    /// Returns an option's value as a list of words, separated by commas or spaces.
    func words(_ name: String) throws(UsageError) -> [String]? {
        guard let text = value(name) else { return nil }
        let words = text.split { $0 == "," || $0.isWhitespace }.map(String.init)
        guard !words.isEmpty else { throw error("The value of --\(name) is empty") }
        return words
    }

    /// Returns an option's value, which must be one of some words.
    func choice(_ name: String, _ words: [String]) throws(UsageError) -> String? {
        guard let word = value(name) else { return nil }
        guard words.contains(word) else {
            throw error("The value of --\(name) must be one of \(words.joined(separator: ", "))")
        }
        return word
    }
}
