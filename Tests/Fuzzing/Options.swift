/// What the command line asks for.
struct Options {
    static let usage = """
        usage: Fuzzing [--seconds N] [--seed N] [--directory PATH]
               Fuzzing --check PATH
          --seconds    how long to go on; 20 unless given
          --seed       what the inputs depend on; 1 unless given
          --directory  where failing inputs are written; the working directory unless given
          --check      reads one input, and ends with an error if it breaks a rule
        """

    var seconds = 20
    var seed: UInt64 = 1
    var directory = "."
    var pathToCheck: String?

    init(_ arguments: some Sequence<String>) throws(OptionError) {
        var iterator = arguments.makeIterator()
        while let argument = iterator.next() {
            guard let value = iterator.next() else { throw OptionError(description: "\(argument) needs a value.") }
            switch argument {
            case "--seconds": seconds = try Self.number(value)
            case "--seed": seed = try Self.number(value)
            case "--directory": directory = value
            case "--check": pathToCheck = value
            default: throw OptionError(description: "There is no option \(argument).")
            }
        }
    }

    private static func number<Number: FixedWidthInteger>(_ text: String) throws(OptionError) -> Number {
        guard let number = Number(text) else { throw OptionError(description: "This is no number: \(text)") }
        return number
    }
}

/// What is wrong with a command line.
struct OptionError: Error, CustomStringConvertible {
    let description: String
}
