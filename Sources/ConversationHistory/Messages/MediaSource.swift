/// The source of the bytes of an image or a document.
public enum MediaSource: Hashable, Sendable {
    /// The bytes themselves in base64, kept as they were written.
    case base64(mediaType: String, data: String)

    /// The URL of the bytes.
    case url(String)

    /// A file that the provider stores under an id.
    case file(id: String)

    /// A source that this version doesn't know, kept as it was read.
    case other(JSONValue)
}
