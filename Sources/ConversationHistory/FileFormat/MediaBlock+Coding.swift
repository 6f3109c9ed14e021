extension MediaBlock {
    /// Writes what follows the type, without the closing brace.
    func write(to writer: inout JSONWriter) {
        writer.write(raw: ",\"source\":")
        source.write(to: &writer)
        if let name {
            writer.write(raw: ",\"name\":")
            writer.write(string: name)
        }
        writer.write(fields: additionalFields)
    }
}

extension MediaSource {
    /// Reads a source; one that this version does not know, or that holds more than it knows, is kept as it is.
    static func read(from reader: inout JSONReader) throws(JSONError) -> MediaSource {
        let value = try reader.readValue()
        guard let object = value.objectValue else { return .other(value) }
        switch (object["type"]?.stringValue, object.count) {
        case ("base64", 3):
            guard let type = object["media_type"]?.stringValue, let data = object["data"]?.stringValue else { break }
            return .base64(mediaType: type, data: data)
        case ("url", 2):
            guard let url = object["url"]?.stringValue else { break }
            return .url(url)
        case ("file_id", 2):
            guard let id = object["id"]?.stringValue else { break }
            return .file(id: id)
        default: break
        }
        return .other(value)
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .base64(let mediaType, let data):
            writer.write(raw: "{\"type\":\"base64\",\"media_type\":")
            writer.write(string: mediaType)
            writer.write(raw: ",\"data\":")
            writer.write(string: data)
        case .url(let url):
            writer.write(raw: "{\"type\":\"url\",\"url\":")
            writer.write(string: url)
        case .file(let id):
            writer.write(raw: "{\"type\":\"file_id\",\"id\":")
            writer.write(string: id)
        case .other(let value):
            writer.write(value)
            return
        }
        writer.write(raw: "}")
    }
}
