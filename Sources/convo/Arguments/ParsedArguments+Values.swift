import ConversationHistory
import Foundation

extension ParsedArguments {
    /// Returns the operands, of which there must be a certain number.
    func operands(_ count: ClosedRange<Int>, _ names: String) throws(UsageError) -> [String] {
        guard operands.count >= count.lowerBound else { throw error("Give \(names)") }
        guard operands.count <= count.upperBound else {
            throw error("\(operands[count.upperBound].quoted) is too much; give \(names)")
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
        throw error("\(first.quoted) is not expected")
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

    /// Returns the value of an option that is one of some words.
    func choice(_ name: String, _ words: [String]) throws(UsageError) -> String? {
        guard let word = value(name) else { return nil }
        guard words.contains(word) else {
            throw error("The value of --\(name) must be one of \(words.joined(separator: ", "))")
        }
        return word
    }
}
