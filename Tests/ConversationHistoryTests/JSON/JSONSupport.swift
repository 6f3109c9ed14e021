@testable import ConversationHistory

/// Calls a closure with a reader of some bytes, which lie at the very end of their padding.
func withReader<Result>(
    of bytes: [UInt8],
    baseOffset: Int = 0,
    maximumDepth: Int = 512,
    _ body: (inout JSONReader) throws(JSONError) -> Result
) throws(JSONError) -> Result {
    // No array from the library: a buffer of exactly this size lets the address sanitizer see a read too far.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + JSONReader.padding, alignment: 1)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    memory.copyBytes(from: bytes)
    var reader = JSONReader(
        UnsafeRawBufferPointer(rebasing: memory[..<bytes.count]),
        baseOffset: baseOffset,
        maximumDepth: maximumDepth
    )
    return try body(&reader)
}

func withReader<Result>(
    of text: String,
    _ body: (inout JSONReader) throws(JSONError) -> Result
) throws(JSONError) -> Result {
    try withReader(of: Array(text.utf8), body)
}

/// The error of a closure that must fail.
func error(of body: () throws(JSONError) -> Void) -> JSONError? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

/// The text that a closure writes.
func written(_ body: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter(capacity: 0)
    body(&writer)
    return writer.string
}

/// Numbers that look random and are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
