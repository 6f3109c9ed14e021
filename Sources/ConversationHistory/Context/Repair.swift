/// Something that was changed in what the model is given, because no model would have accepted it as it is stored.
public struct Repair: Hashable, Sendable {
    /// What was changed.
    ///
    /// The set is open: later versions may repair more.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        /// The kind's name.
        public let rawValue: String

        /// Creates a kind from its name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A call had no result, and was given one that says so.
        public static let madeUpResult = Kind(rawValue: "madeUpResult")

        /// A call had no result and the message type has no way to make one up, so the call was left out.
        public static let droppedCall = Kind(rawValue: "droppedCall")

        /// A result had no call, or its call had a result already, so the result was left out.
        public static let droppedResult = Kind(rawValue: "droppedResult")

        /// A result did not follow its call at once, and was moved there.
        public static let movedResult = Kind(rawValue: "movedResult")

        /// A call had the id of an earlier one, and was given another, as was its result.
        public static let renamedCall = Kind(rawValue: "renamedCall")

        /// Empty parts of a message, or an empty message, were left out.
        public static let droppedEmptyPart = Kind(rawValue: "droppedEmptyPart")
    }

    /// What was changed.
    public let kind: Kind

    /// The entry of the message that the change is about.
    public let entry: EntryID

    /// The id of the call that the change is about, as it is stored.
    public let callID: String?
}
