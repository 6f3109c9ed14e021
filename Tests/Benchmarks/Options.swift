/// What the command line asks for.
struct Options {
    static let usage = """
        usage: Benchmarks [--json] [--sizes 100,1000,10000,100000] [--entries 10000,1000000] [--filter NAME]
                          [--write PATH]
          --json     prints all figures as one JSON document
          --sizes    the numbers of messages to measure with, and of conversations to list
          --entries  the numbers of entries to search
          --filter   measures one group (turn, load, coding, context, snapshot; of libraries: library-turn, fork,
                     artifact, list, search), one thing (coding/decode) or one library (list/SQLite)
          --write    writes the history of the first size to a file and ends, to measure other programs with
        """

    var isJSON = false
    var sizes = [100, 1000, 10_000, 100_000]
    var entryCounts = [10_000, 1_000_000]
    var filter: String?
    var pathToWrite: String?
    /// Set in a child process: the file to load.
    var pathToLoad: String?

    init(_ arguments: some Sequence<String>) throws(OptionError) {
        var iterator = arguments.makeIterator()
        func value(of option: String) throws(OptionError) -> String {
            guard let value = iterator.next() else { throw OptionError(description: "\(option) needs a value.") }
            return value
        }
        while let argument = iterator.next() {
            switch argument {
            case "--json": isJSON = true
            case "--sizes": sizes = try Self.sizes(value(of: argument))
            case "--entries": entryCounts = try Self.sizes(value(of: argument))
            case "--filter": filter = try value(of: argument)
            case "--write": pathToWrite = try value(of: argument)
            case "--load": pathToLoad = try value(of: argument)
            default: throw OptionError(description: "There is no option \(argument).")
            }
        }
    }

    private static func sizes(_ text: String) throws(OptionError) -> [Int] {
        let sizes = text.split(separator: ",").compactMap { Int($0) }.filter { $0 > 0 }
        guard !sizes.isEmpty else { throw OptionError(description: "These are no sizes: \(text)") }
        return sizes
    }

    /// Tells whether anything of a group is to be measured.
    func wants(group: String) -> Bool {
        guard let name = filter?.split(separator: "/").first else { return true }
        return name == group
    }
}

/// What is wrong with a command line.
struct OptionError: Error, CustomStringConvertible {
    let description: String
}
