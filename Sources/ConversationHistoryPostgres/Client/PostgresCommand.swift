#if PostgreSQL
import CConversationHistoryPostgres

/// A command with its parameters.
struct PostgresCommand: Sendable {
    /// The SQL, with parameters `$1`, `$2`, …; it never contains a caller's data.
    let sql: String

    let parameters: [PostgresValue]

    /// Whether the server keeps the command prepared for later runs.
    let isKept: Bool

    /// Whether the second column of the only row is the number of changed rows.
    let tellsCount: Bool

    init(_ sql: String, _ parameters: [PostgresValue] = [], isKept: Bool = true) {
        self.init(sql, parameters, isKept: isKept, tellsCount: false)
    }

    private init(_ sql: String, _ parameters: [PostgresValue], isKept: Bool, tellsCount: Bool) {
        self.sql = sql
        self.parameters = parameters
        self.isKept = isKept
        self.tellsCount = tellsCount
    }

    /// Returns a command that fails, and changes nothing, unless the SQL returns the expected number of rows.
    ///
    /// - Parameters:
    ///   - count: The expected number of rows, as an SQL expression.
    ///   - sqlState: The error code for any other number.
    static func requiring(
        _ count: String,
        orElse sqlState: String,
        _ sql: String,
        _ parameters: [PostgresValue]
    ) -> PostgresCommand {
        PostgresCommand(
            """
            WITH changed AS (\(sql)), counted AS (SELECT count(*) AS count FROM changed)
            SELECT require(count = \(count), '\(sqlState)'), count FROM counted
            """,
            parameters,
            isKept: true,
            tellsCount: true
        )
    }
}

/// The parameters of a command in libpq's form.
struct ParameterBuffers {
    /// The OIDs of the parameter types.
    let kinds: [Oid]
    private let parameters: [PostgresValue]

    init(_ parameters: [PostgresValue]) {
        self.parameters = parameters
        kinds = parameters.map(\.kind.rawValue)
    }

    var count: Int32 { Int32(parameters.count) }

    /// Passes on the pointers, lengths and formats of the values, which libpq copies.
    func withPointers<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Result
    ) -> Result {
        // One buffer holds all values, so that a single pointer has to stay valid. An empty value is not null.
        var bytes: [CChar] = []
        var starts: [Int?] = []
        bytes.reserveCapacity(parameters.reduce(1) { $0 + ($1.bytes?.count ?? 0) })
        for parameter in parameters {
            starts.append(parameter.bytes == nil ? nil : bytes.count)
            if let value = parameter.bytes {
                value.withUnsafeBytes { bytes.append(contentsOf: $0.bindMemory(to: CChar.self)) }
            }
        }
        bytes.append(0)
        let lengths = parameters.map { Int32($0.bytes?.count ?? 0) }
        let formats = [Int32](repeating: 1, count: parameters.count)
        return bytes.withUnsafeBufferPointer { bytes in
            body(starts.map { start in start.flatMap { bytes.baseAddress?.advanced(by: $0) } }, lengths, formats)
        }
    }
}

/// An array of C strings that are valid as long as the object exists.
final class CStrings {
    let pointers: UnsafeMutablePointer<UnsafePointer<CChar>?>
    private let count: Int

    init(_ texts: [String]) {
        count = texts.count
        pointers = .allocate(capacity: texts.count + 1)
        for (index, text) in texts.enumerated() {
            let bytes = text.utf8CString
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            for (offset, byte) in bytes.enumerated() { copy[offset] = byte }
            (pointers + index).initialize(to: UnsafePointer(copy))
        }
        (pointers + count).initialize(to: nil)
    }

    deinit {
        for index in 0..<count { pointers[index]?.deallocate() }
        pointers.deallocate()
    }
}
#endif
