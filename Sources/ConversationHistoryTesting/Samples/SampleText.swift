import ConversationHistoryLibrary

/// A stock of words, sentences and lines of code for composing texts quickly.
struct SampleText: Sendable {
    private let sentences: [[UInt8]]
    private let codeLines: [[UInt8]]

    private static let words = """
        a about account after agent all answer any application argument array as async await be before branch buffer \
        build byte cache call case change check close cluster code column commit compile config connect context copy \
        could count crash data database default delete deploy depend design directory disk does driver each edge empty \
        encode error event every example export fail fast feature field file find first flag folder follow for format \
        from function give has header heap history host how if import index input insert instance into is item iterate \
        job join just keep kernel key last layer leave length library like limit line link list load local lock log \
        loop make map memory merge message method migrate mode model module move name need network new node not number \
        object of offset on only open option or order out output package page parse part patch path pattern place plan \
        pointer pool port print process queue random range read record release remove replace request reset result \
        retry return revision run same save scan schema search send server session set should size slow snapshot sort \
        source split stack start state step stop store stream string sync table task test than that the then this \
        thread through time to token tool trace tree try turn type under update use user value version wait was when \
        which while why with without work write
        """.split(separator: " ").map(String.init)
    private static let foreignWords = [
        "façade", "Größe", "niño", "œuvre", "Łódź", "запись", "ошибка", "история", "履歴", "設定", "完了", "기록", "سجل",
        "इतिहास", "…", "–", "“so”", "≈", "∑", "±",
    ]
    private static let emoji = ["🙂", "🎯", "⚡️", "🧵", "👨‍🔬", "🏳️‍🌈", "🇫🇷", "👋🏿", "🛠️", "📎"]
    static let fileEndings = ["swift", "c", "go", "py", "sql", "yaml", "md"]

    init(numbers: inout SampleNumbers) {
        sentences = (0..<600).map { _ in Self.makeSentence(&numbers) }
        codeLines = (0..<400).map { _ in Self.makeCodeLine(&numbers) }
    }

    private static func makeSentence(_ numbers: inout SampleNumbers) -> [UInt8] {
        var words = (0..<numbers.number(in: 6...18)).map { _ in numbers.one(of: Self.words) }
        let place = numbers.below(words.count)
        switch numbers.fraction() {
        case ..<0.04: words.append(numbers.one(of: emoji))
        case ..<0.1: words[place] = numbers.one(of: foreignWords)
        case ..<0.22: words[place] = "`\(words[place])`"
        case ..<0.28: words[place] = "\"\(words[place])\""
        case ..<0.33: words[place] = "**\(words[place])**"
        default: break
        }
        words[0] = words[0].prefix(1).uppercased() + words[0].dropFirst()
        return Array((words.joined(separator: " ") + numbers.one(of: [".", ".", ".", "?", ":"])).utf8)
    }

    private static func makeCodeLine(_ numbers: inout SampleNumbers) -> [UInt8] {
        let indentation = String(repeating: "    ", count: numbers.below(4))
        let (a, b, c) = (numbers.one(of: words), numbers.one(of: words), numbers.one(of: words))
        let line =
            switch numbers.below(6) {
            case 0: "let \(a)\(b.capitalized) = try \(c).\(a)(\"\(b)\", limit: \(numbers.below(500)))"
            case 1: "func \(a)_\(b)(\(c): String) -> [Int] {"
            case 2: "}"
            case 3: "if \(a)[\"\(b)\"] == nil { return \"\(c)\\n\" }"
            case 4: "// \(a) \(b) \(c) before \(b) and after \(a)"
            default: "log(\"\(a)=\\(\(b))\\t\", \(c))"
            }
        return Array((indentation + line).utf8)
    }

    // MARK: - Parts

    func sentence(_ numbers: inout SampleNumbers) -> [UInt8] { numbers.one(of: sentences) }

    func codeLine(_ numbers: inout SampleNumbers) -> [UInt8] { numbers.one(of: codeLines) }

    func word(_ numbers: inout SampleNumbers) -> String { numbers.one(of: Self.words) }

    func path(_ numbers: inout SampleNumbers) -> String {
        let folders = (0..<numbers.number(in: 2...4)).map { _ in word(&numbers) }.joined(separator: "/")
        return "\(folders)/\(word(&numbers)).\(numbers.one(of: Self.fileEndings))"
    }

    // MARK: - Whole texts

    /// Returns a user's request of about 200 bytes.
    func request(_ numbers: inout SampleNumbers) -> String {
        let count = max(20, numbers.around(170, deviation: 80))
        var text: [UInt8] = []
        while text.count < count {
            if !text.isEmpty { text.append(UInt8(ascii: " ")) }
            text += sentence(&numbers)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Returns Markdown of a random length around a mean, in bytes.
    func markdown(_ numbers: inout SampleNumbers, mean: Double) -> String {
        let count = max(120, numbers.around(mean, deviation: mean * 0.4))
        var text: [UInt8] = []
        while text.count < count {
            if !text.isEmpty { text += "\n\n".utf8 }
            switch numbers.fraction() {
            case ..<0.55:
                for index in 0..<numbers.number(in: 1...4) {
                    if index > 0 { text.append(UInt8(ascii: " ")) }
                    text += sentence(&numbers)
                }
            case ..<0.7:
                for index in 0..<numbers.number(in: 2...5) {
                    text += (index > 0 ? "\n- " : "- ").utf8
                    text += sentence(&numbers)
                }
            case ..<0.8:
                text += "## ".utf8
                text += "\(word(&numbers)) \(word(&numbers)) \(word(&numbers))".utf8
            case ..<0.95:
                text += "```\(numbers.one(of: Self.fileEndings))".utf8
                for _ in 0..<numbers.number(in: 3...9) {
                    text.append(UInt8(ascii: "\n"))
                    text += codeLine(&numbers)
                }
                text += "\n```".utf8
            default:
                text += "| \(word(&numbers)) | \(word(&numbers)) |\n|---|---|".utf8
                for _ in 0..<3 { text += "\n| \(word(&numbers)) | \(numbers.below(10_000)) |".utf8 }
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Returns a tool's output: 2,000 to 4,000 bytes of a listing, search results, JSON lines or a colored log.
    func toolOutput(_ numbers: inout SampleNumbers) -> String {
        let count = numbers.number(in: 2_000...4_000)
        let kind = numbers.below(4)
        var text: [UInt8] = []
        text.reserveCapacity(count + 200)
        var line = 1
        while text.count < count {
            if line > 1 { text.append(UInt8(ascii: "\n")) }
            switch kind {
            case 0:
                text += "\(line)\t".utf8
                text += codeLine(&numbers)
            case 1:
                text += "\(path(&numbers)):\(numbers.below(900)): ".utf8
                text += codeLine(&numbers)
            case 2:
                text +=
                    "{\"row\":\(line),\"file\":\"\(path(&numbers))\",\"rank\":0.\(numbers.below(10_000)),\"note\":\""
                    .utf8
                text += sentence(&numbers)
                text += "\"}".utf8
            default:
                let time = "\(10 + numbers.below(14)):\(10 + numbers.below(50)):\(10 + numbers.below(50))"
                text += "\u{1b}[3\(numbers.below(8))m2026-11-\(10 + numbers.below(18))T\(time)Z\u{1b}[0m WARN ".utf8
                text += sentence(&numbers)
            }
            line += 1
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension String {
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
