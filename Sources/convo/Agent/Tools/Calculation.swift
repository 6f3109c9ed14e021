import Foundation

/// The evaluation of an arithmetic expression, in decimal numbers.
///
/// The grammar, from the lowest precedence: sums of products of signed values. A value is a number or an expression in
/// parentheses.
struct Calculation {
    /// The maximum nesting of parentheses, because each level is a call on the stack.
    static let maximumDepth = 100

    private let characters: [Character]
    private var position = 0
    private var depth = 0

    /// Returns the value of an expression as text.
    ///
    /// - Throws: ``ToolError`` with the reason and its position in the expression.
    static func result(of expression: String) throws(ToolError) -> String {
        var calculation = Calculation(characters: Array(expression))
        var value = try calculation.sum()
        if let character = calculation.next { throw calculation.unexpected(character) }
        // Values that don't fit into 38 digits, such as 1/3, are rounded, so that 1/3*3 is 1.
        var rounded = Decimal()
        NSDecimalRound(&rounded, &value, 20, .plain)
        return rounded.description
    }

    private init(characters: [Character]) { self.characters = characters }

    private mutating func sum() throws(ToolError) -> Decimal {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw ToolError("The expression is nested too deeply.") }
        var value = try product()
        while let sign = take(["+", "-", "−"]) {
            let right = try product()
            value = try finite(sign == "+" ? value + right : value - right)
        }
        return value
    }

    private mutating func product() throws(ToolError) -> Decimal {
        var value = try signed()
        while let sign = take(["*", "×", "·", "/", "÷"]) {
            let right = try signed()
            if ["/", "÷"].contains(sign) {
                guard !right.isZero else { throw ToolError("It divides by zero.") }
                value = try finite(value / right)
            } else {
                value = try finite(value * right)
            }
        }
        return value
    }

    private mutating func signed() throws(ToolError) -> Decimal {
        var isNegative = false
        while let sign = take(["+", "-", "−"]) { if sign != "+" { isNegative.toggle() } }
        let value = try self.value()
        return isNegative ? -value : value
    }

    private mutating func value() throws(ToolError) -> Decimal {
        guard let character = next else { throw ToolError("The expression ends too early.") }
        if take(["("]) != nil {
            let opening = position
            let value = try sum()
            if take([")"]) != nil { return value }
            if let character = next { throw unexpected(character) }
            throw ToolError("The parenthesis at character \(opening) is not closed.")
        }
        let start = position
        while position < characters.count, Self.isDigit(characters[position]) || characters[position] == "." {
            position += 1
        }
        guard start < position else { throw unexpected(character) }
        let text = String(characters[start..<position])
        guard text.contains(where: Self.isDigit), text.count(where: { $0 == "." }) <= 1 else {
            throw ToolError("\"\(text)\" is not a number.")
        }
        guard text.count <= 38, let value = Decimal(string: text, locale: nil) else {
            throw ToolError("The number at character \(start + 1) has too many digits.")
        }
        return value
    }

    /// The next character that is not white space; `nil` at the end.
    private var next: Character? {
        mutating get {
            while position < characters.count, characters[position].isWhitespace { position += 1 }
            return position < characters.count ? characters[position] : nil
        }
    }

    private mutating func take(_ choices: [Character]) -> Character? {
        guard let character = next, choices.contains(character) else { return nil }
        position += 1
        return character
    }

    private func unexpected(_ character: Character) -> ToolError {
        ToolError("Unexpected \"\(character)\" at character \(position + 1).")
    }

    private func finite(_ value: Decimal) throws(ToolError) -> Decimal {
        guard !value.isNaN else { throw ToolError("The result is too large.") }
        return value
    }

    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }
}
