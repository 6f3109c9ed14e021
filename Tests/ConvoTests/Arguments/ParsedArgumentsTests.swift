import Testing

@testable import convo

@Suite struct ParsedArgumentsTests {
    private let options: [CommandOption] = [.flag("quiet", "Q"), .value("store", "FILE", "S"), .value("n", "N", nil)]

    private func parse(_ arguments: String...) throws(UsageError) -> ParsedArguments {
        try ParsedArguments(arguments, command: "test", options: options)
    }

    @Test func tellsOptionsFromOperands() throws {
        let parsed = try parse("a", "--store", "x.json", "--quiet", "-", "--n=3", "--", "--quiet")
        #expect(parsed.value("store") == "x.json")
        #expect(parsed.has("quiet") && parsed.has("store") && !parsed.has("other"))
        #expect(parsed.operands == ["a", "-", "--quiet"])
        #expect(try parsed.count("n") == 3)
        #expect(try parsed.count("absent") == nil)
    }

    @Test func keepsValuesAsTheyAre() throws {
        #expect(try parse("--store=a=b").value("store") == "a=b")
        #expect(try parse("--store=").value("store") == "")
        #expect(try parse("--store", "--quiet").value("store") == "--quiet")
        #expect(try parse("--store", "naïve 日本.json").value("store") == "naïve 日本.json")
    }

    @Test(arguments: [
        (["--nope"], "There is no option --nope"),
        (["--nope=1"], "There is no option --nope"),
        (["-q"], "There is no option -q"),
        (["--store"], "The option --store needs a value (FILE)"),
        (["--quiet=yes"], "The option --quiet takes no value"),
        (["--quiet", "--quiet"], "The option --quiet is given twice"),
        (["--store=a", "--store", "b"], "The option --store is given twice"),
    ])
    func refuses(_ arguments: [String], _ reason: String) {
        #expect(throws: UsageError("\(reason). See `convo test --help`.")) {
            try ParsedArguments(arguments, command: "test", options: options)
        }
    }

    @Test(arguments: ["0", "-1", "x", "", "1.5"])
    func refusesWhatIsNoCount(_ text: String) throws {
        let parsed = try parse("--n=\(text)")
        #expect(throws: UsageError.self) { try parsed.count("n") }
    }

    @Test(arguments: [("a,b", ["a", "b"]), ("a, b", ["a", "b"]), (" a ,\tb ,", ["a", "b"]), ("a", ["a"])])
    func readsLists(_ text: String, _ words: [String]) throws {
        #expect(try parse("--store", text).words("store") == words)
        #expect(try parse().words("store") == nil)
    }

    @Test(arguments: ["", " ", ",", " , "])
    func aListNamesSomething(_ text: String) throws {
        let parsed = try parse("--store", text)
        #expect(throws: UsageError.self) { try parsed.words("store") }
    }

    @Test func aPathIsNeitherAConnectionNorAStream() throws {
        for text in ["", "-", "host=h password=secret", "postgresql://ada:secret@h/d"] {
            let error = #expect(throws: UsageError.self) { try parse().path(text, "The file") }
            #expect(error?.description.contains("secret") == false)
        }
        #expect(try parse().path("-", "The file", isStream: true) == "-")
        #expect(try parse().path("./host=h", "The file") == "./host=h")
    }

    @Test func optionsMayStandBehindOperands() throws {
        let parsed = try parse("a", "--n", "3", "b", "--quiet")
        #expect(parsed.operands == ["a", "b"])
        #expect(try parsed.count("n") == 3)
        #expect(parsed.has("quiet"))
    }

    @Test func asksForTheRightNumberOfOperands() throws {
        #expect(try parse("a", "b").operands(1...2, "names") == ["a", "b"])
        #expect(throws: UsageError("Give names. See `convo test --help`.")) { try parse().operands(1...1, "names") }
        #expect(throws: UsageError("Unexpected argument \"b\". Give only names. See `convo test --help`.")) {
            try parse("a", "b").operands(1...1, "names")
        }
        #expect(throws: UsageError.self) { try parse().ids() }
        #expect(throws: UsageError.self) { try parse("a").expectNoOperands() }
    }
}
