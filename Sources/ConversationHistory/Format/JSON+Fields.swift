extension JSONWriter {
    /// Writes the members of an object behind those that are there already.
    mutating func write(fields: JSONObject) {
        for (key, value) in fields {
            write(raw: ",")
            write(string: key)
            write(raw: ":")
            write(value)
        }
    }
}

extension JSONValue {
    /// Throws if this is nested deeper than can be read back.
    func checkDepth() throws(SnapshotError) {
        guard !isDeeper(than: JSONValue.maximumDepth) else { throw .tooDeep }
    }
}

extension JSONObject {
    /// Throws if a member is nested deeper than can be read back.
    func checkDepth() throws(SnapshotError) {
        for (_, value) in self { try value.checkDepth() }
    }
}

extension SnapshotError {
    static let tooDeep = SnapshotError(
        .tooDeep,
        "The entry is nested deeper than \(JSONValue.maximumDepth) levels and could not be read back."
    )

    static func tooLarge(_ count: Int, _ limits: HistoryLimits) -> SnapshotError {
        SnapshotError(.tooLarge, "The entry has \(count) bytes; the limit is \(limits.entryBytes).")
    }
}
