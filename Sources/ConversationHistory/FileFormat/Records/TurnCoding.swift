/// The coding of the record of a turn.
enum TurnCoding {
    static func read(from reader: inout JSONReader) throws(JSONError) -> Turn {
        let offset = reader.offset
        var id: TurnID?
        var bounds: [Int] = []
        var turn = Turn(id: "", entries: 0..<0)
        var seen = SeenMembers()
        try reader.readObject { key, reader throws(JSONError) in
            if key == "id" {
                seen.note(0, &reader)
                id = TurnID(try reader.readString())
            } else if key == "entries" {
                seen.note(1, &reader)
                try reader.readArray { reader throws(JSONError) in bounds.append(try reader.readInt()) }
            } else if key == "started" {
                seen.note(2, &reader)
                turn.started = try StoredDate.read(from: &reader)
            } else if key == "ended" {
                seen.note(3, &reader)
                turn.ended = try StoredDate.read(from: &reader)
            } else if key == "outcome" {
                seen.note(4, &reader)
                turn.outcome = Turn.Outcome(rawValue: try reader.readString())
            } else if key == "usage" {
                seen.note(5, &reader)
                turn.usage = try readUsage(from: &reader)
            } else {
                turn.additionalFields.append(key: key.string, value: try reader.readValue())
            }
        }
        guard let id, bounds.count == 2, bounds[0] >= 0, bounds[1] >= bounds[0] else {
            throw JSONError(code: .missingMember, offset: offset, message: "A turn needs an id and its entries.")
        }
        var read = Turn(
            id: id,
            entries: bounds[0]..<bounds[1],
            started: turn.started,
            ended: turn.ended,
            outcome: turn.outcome,
            usage: turn.usage
        )
        read.additionalFields = turn.additionalFields
        return read
    }

    private static func readUsage(from reader: inout JSONReader) throws(JSONError) -> Usage {
        var usage = Usage()
        // The first member of each name counts, because the details may contain a provider's own report that uses the
        // names, too.
        var (hasInput, hasOutput) = (false, false)
        try reader.readObject { key, reader throws(JSONError) in
            if key == "input_tokens", !hasInput {
                hasInput = true
                usage.inputTokens = try reader.readInt()
            } else if key == "output_tokens", !hasOutput {
                hasOutput = true
                usage.outputTokens = try reader.readInt()
            } else {
                usage.details.append(key: key.string, value: try reader.readValue())
            }
        }
        return usage
    }

    /// Returns the number of bytes in a turn's record that the application's members take.
    static func byteCount(ofContent turn: Turn) -> Int {
        let details = turn.usage?.details ?? [:]
        guard !details.isEmpty || !turn.additionalFields.isEmpty else { return 0 }
        var writer = JSONWriter(capacity: 256)
        writer.write(fields: details)
        writer.write(fields: turn.additionalFields)
        return writer.count
    }

    static let names = ["id", "entries", "started", "ended", "outcome", "usage"]

    /// Writes a turn, and throws an error if it could not be read back.
    static func write(_ turn: Turn, to writer: inout JSONWriter) throws(SnapshotError) {
        try turn.additionalFields.checkReadable(besides: names)
        guard turn.entries.lowerBound >= 0, StoredDate.canWrite(turn.started), StoredDate.canWrite(turn.ended) else {
            throw SnapshotError(.notEncodable, "The turn has an invalid date or position.")
        }
        try turn.usage?.details.checkDepth()
        writer.write(raw: "{\"id\":")
        writer.write(string: turn.id.rawValue)
        writer.write(raw: ",\"entries\":[")
        writer.write(turn.entries.lowerBound)
        writer.write(raw: ",")
        writer.write(turn.entries.upperBound)
        writer.write(raw: "]")
        if let started = turn.started {
            writer.write(raw: ",\"started\":")
            StoredDate.write(started, to: &writer)
        }
        if let ended = turn.ended {
            writer.write(raw: ",\"ended\":")
            StoredDate.write(ended, to: &writer)
        }
        if let outcome = turn.outcome {
            writer.write(raw: ",\"outcome\":")
            writer.write(string: outcome.rawValue)
        }
        if let usage = turn.usage {
            writer.write(raw: ",\"usage\":{\"input_tokens\":")
            writer.write(usage.inputTokens)
            writer.write(raw: ",\"output_tokens\":")
            writer.write(usage.outputTokens)
            writer.write(fields: usage.details)
            writer.write(raw: "}")
        }
        writer.write(fields: turn.additionalFields)
        writer.write(raw: "}")
    }
}
