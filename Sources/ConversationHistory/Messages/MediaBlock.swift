/// An image or a document.
public struct MediaBlock: Hashable, Sendable {
    /// The source of the bytes.
    public var source: MediaSource

    /// The name to show, if any.
    public var name: String?

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates a media block.
    public init(_ source: MediaSource, name: String? = nil, additionalFields: JSONObject = [:]) {
        self.source = source
        self.name = name
        self.additionalFields = additionalFields
    }
}
