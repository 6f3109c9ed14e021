import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The stored record of an artifact: its name and its versions, oldest first.
struct ArtifactRecord: Hashable, Sendable {
    /// One version of an artifact.
    struct Version: Hashable, Sendable {
        var type: String?
        var byteCount: Int
        var created: Date
        var checksum: UInt32
        /// The name of its file in the archive: random, so that no leftover file is mistaken for it.
        var archive: String
    }

    var name: String
    var versions: [Version]

    /// Returns information about a version, counted from 1.
    func info(_ number: Int) -> ArtifactInfo {
        let version = versions[number - 1]
        return ArtifactInfo(
            name: name,
            type: version.type,
            version: number,
            byteCount: version.byteCount,
            created: version.created
        )
    }

    /// Encodes the content of the record's file.
    func encoded() -> [UInt8] {
        var writer = JSONWriter(capacity: 256 + 160 * versions.count)
        writer.write(raw: "{\"format\":\"conversation-history-artifact\",\"version\":1,\"name\":")
        writer.write(string: name)
        writer.write(raw: ",\"versions\":[")
        for (index, version) in versions.enumerated() {
            writer.write(raw: index == 0 ? "\n{\"created\":" : ",\n{\"created\":")
            StoredDate.write(version.created, to: &writer)
            writer.write(raw: ",\"bytes\":")
            writer.write(version.byteCount)
            writer.write(raw: ",\"checksum\":")
            writer.write(Int(version.checksum))
            writer.write(raw: ",\"archive\":")
            writer.write(string: version.archive)
            if let type = version.type {
                writer.write(raw: ",\"type\":")
                writer.write(string: type)
            }
            writer.write(raw: "}")
        }
        writer.write(raw: "\n]}\n")
        return writer.withUnsafeBytes(Array.init)
    }

    init(name: String) {
        self.name = name
        versions = []
    }

    /// Decodes the content of the record's file.
    init(decoding bytes: [UInt8]) throws(JSONError) {
        self.init(name: "")
        var name = ""
        var versions: [Version] = []
        var text = JSONWriter(capacity: bytes.count + JSONReader.padding)
        text.append(bytes)
        try text.withPaddedBytes { bytes throws(JSONError) in
            var reader = JSONReader(bytes)
            try reader.readObject { key, reader throws(JSONError) in
                if key == "name" {
                    name = try reader.readString()
                } else if key == "versions" {
                    try reader.readArray { reader throws(JSONError) in
                        versions.append(try Self.readVersion(from: &reader))
                    }
                } else {
                    try reader.skipValue()
                }
            }
            try reader.expectEnd()
        }
        guard !versions.isEmpty else { throw JSONError(code: .invalidValue, offset: 0) }
        self.name = name
        self.versions = versions
    }

    private static func readVersion(from reader: inout JSONReader) throws(JSONError) -> Version {
        let start = Date(timeIntervalSinceReferenceDate: 0)
        var version = Version(type: nil, byteCount: 0, created: start, checksum: 0, archive: "")
        try reader.readObject { key, reader throws(JSONError) in
            if key == "created" {
                version.created = try StoredDate.read(from: &reader)
            } else if key == "bytes" {
                let offset = reader.offset
                version.byteCount = try reader.readInt()
                guard 0...ArtifactLimit.byteCount ~= version.byteCount else {
                    throw JSONError(code: .numberOutOfRange, offset: offset)
                }
            } else if key == "checksum" {
                let offset = reader.offset
                guard let checksum = UInt32(exactly: try reader.readInt()) else {
                    throw JSONError(code: .numberOutOfRange, offset: offset)
                }
                version.checksum = checksum
            } else if key == "archive" {
                version.archive = try reader.readString()
            } else if key == "type" {
                version.type = try reader.readString()
            } else {
                try reader.skipValue()
            }
        }
        return version
    }
}
