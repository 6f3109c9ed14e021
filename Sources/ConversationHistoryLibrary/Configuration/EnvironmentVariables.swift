import ConversationHistory

/// The values of an environment, read as what they are to be.
struct EnvironmentVariables {
    private let values: [String: String]

    init(_ values: [String: String]) { self.values = values }

    /// The value of a variable; `nil` if it is not set, or empty.
    subscript(name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    /// Returns the value of a variable that is a whole number.
    func number(_ name: String, in range: ClosedRange<Int>) throws(LibraryConfigurationError) -> Int? {
        guard let value = self[name] else { return nil }
        guard let number = Int(value), range.contains(number) else {
            throw LibraryConfigurationError(
                .invalidValue,
                variable: name,
                "It must be a whole number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return number
    }

    /// Returns the value of a variable that says yes or no.
    func truth(_ name: String) throws(LibraryConfigurationError) -> Bool? {
        switch self[name]?.lowercased() {
        case nil: return nil
        case "true", "1", "yes", "on": return true
        case "false", "0", "no", "off": return false
        default:
            throw LibraryConfigurationError(.invalidValue, variable: name, "It must be true or false.")
        }
    }
}
