extension JSONWriter {
    /// Writes the members of an object behind those that are there already.
    mutating func write(fields: JSONObject) {
        guard !fields.isEmpty else { return }
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
    package func checkDepth() throws(SnapshotError) {
        guard !hasValue(deeperThan: JSONValue.maximumDepth) else { throw .tooDeep }
    }

    /// Throws if these members could not be read back as what they are.
    ///
    /// - Parameter names: The members that the object has of its own, whose names these must not take.
    @inline(__always)
    func checkReadable(besides names: @autoclosure () -> [String]) throws(SnapshotError) {
        // Nearly always there are none, and then the names need not be put into an array.
        if !isEmpty { try checkMembers(besides: names()) }
    }

    private func checkMembers(besides names: [String]) throws(SnapshotError) {
        for (key, value) in self {
            guard !names.contains(key) else {
                throw SnapshotError(.notEncodable, "An additional member has a name that the stored form itself uses.")
            }
            try value.checkDepth()
        }
    }
}

extension SnapshotError {
    static let tooDeep = SnapshotError(
        .tooDeep,
        "The entry is nested deeper than \(JSONValue.maximumDepth) levels and could not be read back."
    )

    static func tooLarge(_ part: String, _ count: Int, limit: Int) -> SnapshotError {
        SnapshotError(.tooLarge, "The \(part) has \(count) bytes; the limit is \(limit).")
    }
}
