/// Why a value cannot be made part of a snapshot.
public struct SnapshotError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, by what the caller can do about it.
    public struct Code: Hashable, Sendable {
        private enum Value { case lengthMismatch, duplicateID, notFound, notEncodable, tooDeep, tooLarge }
        private let value: Value

        /// There are not as many pins as messages: give one for each.
        public static let lengthMismatch = Code(value: .lengthMismatch)

        /// The conversation has an entry of this id already: give another id.
        public static let duplicateID = Code(value: .duplicateID)

        /// The snapshot has no entry or turn of this id.
        public static let notFound = Code(value: .notFound)

        /// The message cannot be written as JSON: its encoding threw, or held a number that is not finite.
        public static let notEncodable = Code(value: .notEncodable)

        /// The message is nested deeper than could be read back.
        public static let tooDeep = Code(value: .tooDeep)

        /// The entry is larger than could be read back: keep such data elsewhere and refer to it.
        public static let tooLarge = Code(value: .tooLarge)
    }

    /// What is wrong.
    public let code: Code

    /// What is wrong, in a sentence; it holds nothing of the conversation's text.
    public let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    package static let duplicateID = SnapshotError(.duplicateID, "The conversation has an entry of this id already.")
    static let noSuchEntry = SnapshotError(.notFound, "The conversation has no entry of this id.")
}
