import ConversationHistory

/// Evaluates arithmetic expressions.
struct CalculatorTool: Tool {
    let name = "calculator"
    let description = "Calculates an arithmetic expression with + - * / and parentheses, such as (1.5 + 2) * 4."
    let parameters = Self.schema(["expression": "The expression."])

    func run(_ arguments: JSONValue) async throws -> String {
        try Calculation.result(of: try string("expression", of: arguments))
    }
}
