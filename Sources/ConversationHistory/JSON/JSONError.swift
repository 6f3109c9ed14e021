/// A failure to read or to represent JSON.
///
/// An error says what is wrong and where, and never repeats any of the document, so it can be logged.
public struct JSONError: Error, Hashable, Sendable {
    /// The kind of failure.
    public let code: Code

    /// The offset in bytes from the beginning of the document at which the failure was found.
    public let offset: Int

    /// A short explanation that holds nothing of the document.
    public let message: String

    /// Creates an error; without a message, the code's own explanation is used.
    public init(code: Code, offset: Int, message: String? = nil) {
        self.code = code
        self.offset = offset
        self.message = message ?? code.explanation
    }
}

extension JSONError: CustomStringConvertible {
    /// The explanation and the place, without anything of the document.
    public var description: String {
        "\(message) (at byte \(offset))"
    }
}

extension JSONError {
    /// The kind of a failure to read or to represent JSON.
    ///
    /// Codes may be added in later versions.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case syntax
            case endOfInput
            case invalidUTF8
            case tooDeep
            case invalidNumber
            case numberOutOfRange
            case typeMismatch
            case missingMember
            case invalidValue
            case trailingData
        }

        private let kind: Kind

        private init(_ kind: Kind) {
            self.kind = kind
        }

        /// The text is not JSON.
        public static let syntax = Code(.syntax)

        /// The text ends before its value does.
        public static let endOfInput = Code(.endOfInput)

        /// The bytes of a string are not well-formed UTF-8.
        public static let invalidUTF8 = Code(.invalidUTF8)

        /// Arrays and objects are nested deeper than the limit.
        public static let tooDeep = Code(.tooDeep)

        /// A number is not written as JSON demands.
        public static let invalidNumber = Code(.invalidNumber)

        /// A number does not fit into the type that it is read as.
        public static let numberOutOfRange = Code(.numberOutOfRange)

        /// A value is of another kind than the one expected.
        public static let typeMismatch = Code(.typeMismatch)

        /// An object lacks a member that it must have.
        public static let missingMember = Code(.missingMember)

        /// A value is of the right kind but not among those allowed.
        public static let invalidValue = Code(.invalidValue)

        /// Something follows the value.
        public static let trailingData = Code(.trailingData)

        /// The name of the code.
        public var description: String { kind.rawValue }

        fileprivate var explanation: String {
            switch kind {
            case .syntax: "The text is not valid JSON."
            case .endOfInput: "The JSON text ends too early."
            case .invalidUTF8: "A JSON string is not well-formed UTF-8."
            case .tooDeep: "JSON arrays and objects are nested too deeply."
            case .invalidNumber: "A JSON number is malformed."
            case .numberOutOfRange: "A JSON number is out of range."
            case .typeMismatch: "A JSON value has another type than expected."
            case .missingMember: "A JSON object lacks a member."
            case .invalidValue: "A JSON value is not one of those allowed."
            case .trailingData: "Something follows the JSON value."
            }
        }
    }
}
