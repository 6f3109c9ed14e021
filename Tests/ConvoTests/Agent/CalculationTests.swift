import Testing

@testable import convo

@Suite struct CalculationTests {
    @Test(arguments: [
        ("1", "1"), ("1+2*3", "7"), ("(1+2)*3", "9"), ("2-3-4", "-5"), ("8/4/2", "1"), ("-2*-3", "6"),
        ("--2", "2"), ("-(1+1)", "-2"), ("0.1+0.2", "0.3"), (".5*4", "2"), ("5.", "5"), ("1/3*3", "1"),
        ("1/8", "0.125"), (" 1 +\t2 ", "3"), ("6×7", "42"), ("6÷4−1", "0.5"), ("2*(3+(4-1))", "12"),
        ("1000000*1000000", "1000000000000"), ("0*5", "0"),
    ])
    func calculates(_ expression: String, _ result: String) throws {
        #expect(try Calculation.result(of: expression) == result)
    }

    @Test(arguments: [
        ("", "The expression ends too early."),
        ("1+", "The expression ends too early."),
        ("(", "The expression ends too early."),
        ("(1", "The parenthesis at character 1 is not closed."),
        ("1)", "Unexpected \")\" at character 2."),
        ("(1 2)", "Unexpected \"2\" at character 4."),
        ("2 x 3", "Unexpected \"x\" at character 3."),
        ("*2", "Unexpected \"*\" at character 1."),
        ("1.2.3", "\"1.2.3\" is not a number."),
        (".", "\".\" is not a number."),
        ("1/0", "It divides by zero."),
        ("1/(2-2)", "It divides by zero."),
        ("1٣", "Unexpected \"٣\" at character 2."),
    ])
    func saysWhatIsWrong(_ expression: String, _ message: String) {
        #expect(throws: ToolError(message)) { try Calculation.result(of: expression) }
    }

    @Test func refusesWhatIsTooMuch() {
        let nines = String(repeating: "9", count: 39)
        #expect(throws: ToolError("The number at character 1 has too many digits.")) {
            try Calculation.result(of: nines)
        }
        let deep = String(repeating: "(", count: 5000)
        #expect(throws: ToolError("The expression is nested too deeply.")) { try Calculation.result(of: deep) }
        let product = Array(repeating: String(repeating: "9", count: 38), count: 20).joined(separator: "*")
        #expect(throws: ToolError("The result is too large.")) { try Calculation.result(of: product) }
        let signs = String(repeating: "-", count: 50_000) + "1"
        #expect(throws: Never.self) { try Calculation.result(of: signs) }
    }
}
