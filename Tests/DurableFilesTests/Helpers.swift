import DurableFiles
import TestSupport

/// Returns the UTF-8 of a text.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

extension DurableFile {
    /// Replaces the file by bytes that are written in two parts.
    @discardableResult
    func replace(_ content: [UInt8], durability: Durability = .full) throws(FileFailure) -> FileIdentity {
        try replace(durability: durability) { (output) throws(FileFailure) in
            let middle = content.count / 2
            for part in [content[..<middle], content[middle...]] {
                try part.withUnsafeBufferPointer { (bytes) throws(FileFailure) in
                    try output.write(UnsafeRawBufferPointer(bytes))
                }
            }
        }
    }

    /// Appends bytes and then overwrites a part of the old content with spaces.
    @discardableResult
    func append(
        _ content: [UInt8],
        expecting identity: FileIdentity,
        at offset: Int64? = nil,
        blanking range: Range<Int>? = nil,
        durability: Durability = .full
    ) throws(FileFailure) -> AppendOutcome {
        let spaces = [UInt8](repeating: UInt8(ascii: " "), count: range?.count ?? 0)
        return try content.withUnsafeBufferPointer { (bytes) throws(FileFailure) in
            try spaces.withUnsafeBufferPointer { (blank) throws(FileFailure) in
                try append(
                    expecting: identity,
                    at: offset ?? identity.size,
                    durability: durability,
                    bytes: UnsafeRawBufferPointer(bytes),
                    then: range.map { (Int64($0.lowerBound), UnsafeRawBufferPointer(blank)) }
                )
            }
        }
    }

    /// Returns the whole content through a reader, or `nil` if there is no file.
    func content() throws(FileFailure) -> [UInt8]? {
        guard let reader = try openForReading() else { return nil }
        var content = [UInt8](repeating: 0, count: Int(reader.identity.size))
        let count = try content.withUnsafeMutableBufferPointer { (buffer) throws(FileFailure) in
            try reader.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        }
        return Array(content.prefix(count))
    }
}

/// Error numbers after which an operation must not go on.
let hardErrors: [CInt] = [ErrorNumber.inputOutput] + ErrorNumber.noSpace.sorted()

/// All the durabilities.
let durabilities: [Durability] = [.full, .processCrash]

/// Returns a plan by which each call goes wrong with a chance of one in five, in a way that is not a stop.
func randomFaults(seed: UInt64) -> @Sendable (RecordedCall) -> Fault? {
    { call in
        // From the number alone, so that the plan has no state.
        var generator = SeededGenerator(seed: seed << 16 | UInt64(call.number))
        guard Int.random(in: 0..<5, using: &generator) == 0 else { return nil }
        let faults = [Fault.short, .fail(ErrorNumber.interrupted)] + hardErrors.map { .fail($0) }
        return faults.randomElement(using: &generator)
    }
}
