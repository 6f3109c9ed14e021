#if PostgreSQL
import CConversationHistoryPostgres

/// A command with its parameters.
struct PostgresCommand: Sendable {
    /// The SQL, in which parameters are `$1`, `$2`, …; nothing that a caller gives is part of it.
    let sql: String

    let parameters: [PostgresValue]

    /// Whether the server keeps the command, as it will be run again.
    let isKept: Bool

    /// Whether the second column of its only row is the number of the rows that it has changed.
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

    /// Runs a command that returns a row for each that it has changed; unless they are as many, nothing is done.
    ///
    /// - Parameters:
    ///   - count: How many there must be, in SQL.
    ///   - sqlState: The code of the failure otherwise.
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

/// The parameters of a command as libpq takes them.
struct ParameterBuffers {
    /// The types of the parameters.
    let kinds: [Oid]
    private let parameters: [PostgresValue]

    init(_ parameters: [PostgresValue]) {
        self.parameters = parameters
        kinds = parameters.map(\.kind.rawValue)
    }

    var count: Int32 { Int32(parameters.count) }

    /// Passes on the addresses, lengths and forms of the values, which libpq copies.
    func withPointers<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Result
    ) -> Result {
        // One behind the other, so that there is one address to hold on to; an empty value is not null.
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

/// Texts for C, which end with a null, as long as this is there.
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
