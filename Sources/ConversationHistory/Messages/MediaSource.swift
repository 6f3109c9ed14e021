/// Where the bytes of an image or a document are.
public enum MediaSource: Hashable, Sendable {
    /// In the message itself, in base 64, kept as it was written.
    case base64(mediaType: String, data: String)

    /// At an address.
    case url(String)

    /// In a file that the provider keeps under an id.
    case file(id: String)

    /// Somewhere that this version does not know; kept as it was read.
    case other(JSONValue)
}
