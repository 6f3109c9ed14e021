/// An error in reading or representing JSON.
///
/// The error describes the failure and its location without repeating any part of the document, so it can be logged.
public struct JSONError: Error, Hashable, Sendable {
    /// The kind of failure.
    public let code: Code

    /// The offset in bytes from the start of the document at which the failure was found.
    public let offset: Int

    /// A short explanation, without any part of the document.
    public let message: String

    /// Creates an error; the message defaults to the code's own explanation.
    public init(code: Code, offset: Int, message: String? = nil) {
        self.code = code
        self.offset = offset
        self.message = message ?? code.explanation
    }
}

extension JSONError: CustomStringConvertible {
    /// The explanation and the offset, without any part of the document.
    public var description: String {
        "\(message) (at byte \(offset))"
    }
}

extension JSONError {
    /// The kind of a failure to read or represent JSON.
    ///
    /// Later versions may add codes.
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

        /// The text ends before its value is complete.
        public static let endOfInput = Code(.endOfInput)

        /// The bytes of a string are not well-formed UTF-8.
        public static let invalidUTF8 = Code(.invalidUTF8)

        /// Arrays and objects are nested deeper than the limit.
        public static let tooDeep = Code(.tooDeep)

        /// A number is malformed.
        public static let invalidNumber = Code(.invalidNumber)

        /// A number is out of the range of the type that it is read as.
        public static let numberOutOfRange = Code(.numberOutOfRange)

        /// A value has another type than expected.
        public static let typeMismatch = Code(.typeMismatch)

        /// An object lacks a required member.
        public static let missingMember = Code(.missingMember)

        /// A value has the right type but is not one of the allowed values.
        public static let invalidValue = Code(.invalidValue)

        /// The value is followed by more text.
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
