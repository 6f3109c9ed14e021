import ConversationHistory
import TestSupport

/// Makes messages as a coding agent exchanges them: about 1.5 KB each, a backslash for every 23 bytes of JSON, and half
/// a percent of bytes that are not ASCII.
struct MessageGenerator {
    private static let words = """
        agent answer array branch buffer byte call check client code commit compare count cursor data default delete \
        entry error event field file filter flush folder format handle header history index input insert item key lane \
        length line list load lock log loop map mark match memory merge message method model module name node number \
        offset order output owner page parse patch path plan point prompt query queue range read record render reply \
        request reset result retry return row save scan schema scope search server session shape size slot snapshot \
        sort source stack state store stream string sync table task test text thread time token tool trace turn type \
        unit update user value view wait window write the of to and in is that for it as with on by this be are from
        """.split(separator: " ").map(String.init)
    private static let foreign = [
        "déjà", "Größe", "año", "čas", "слово", "запись", "言葉", "履歴", "기록", "سجل", "→", "≥", "—", "…",
    ]
    private static let symbols = ["🚀", "✅", "⚠️", "👩‍🔬", "🎉", "🇫🇷", "👍🏽"]
    private static let endings = ["swift", "py", "ts", "rs", "json", "md"]

    private var random: SeededGenerator
    private var callCount = 0

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// A user's message, up to two rounds of tool calls with their results, and an answer.
    mutating func turn() -> [ChatMessage] {
        var messages: [ChatMessage] = [.user(question())]
        for _ in 0..<pick([0, 0, 1, 1, 2]) {
            var content: [ContentBlock] = chance(0.6) ? [.text(text(about: 250))] : []
            var results: [ContentBlock] = []
            for _ in 0..<(chance(0.8) ? 1 : 2) {
                callCount += 1
                let (name, arguments) = call()
                let digits = String(random.next(), radix: 16)
                let id = "call_\(callCount)_" + digits
                content.append(.toolCall(ToolCall(id: id, name: name, arguments: arguments)))
                results.append(.toolResult(ToolResult(callID: id, text: output(), isError: chance(0.05))))
            }
            messages.append(ChatMessage(role: .assistant, content: content))
            messages.append(ChatMessage(role: .tool, content: results))
        }
        messages.append(.assistant(answer()))
        return messages
    }

    /// What a user says: about 200 bytes.
    mutating func question() -> String {
        var text = sentence()
        let length = number(60...340)
        while text.utf8.count < length { text += " " + sentence() }
        return text
    }

    /// What a model answers in the end: about a kilobyte of Markdown.
    mutating func answer() -> String { text(about: 1000) }

    private mutating func text(about mean: Int) -> String {
        let length = number(mean * 2 / 5...mean * 8 / 5)
        var parts: [String] = []
        var count = 0
        while count < length {
            let part: String
            switch number(0...19) {
            case 0...10: part = (0...number(0...3)).map { _ in sentence() }.joined(separator: " ")
            case 11...13: part = (0...number(1...4)).map { _ in "- " + sentence(4...10) }.joined(separator: "\n")
            case 14...15: part = "## " + sentence(3...6)
            case 16...18: part = "```" + pick(Self.endings) + "\n" + code(number(3...9)) + "\n```"
            default: part = "| " + word() + " | " + word() + " |\n|---|---|\n| " + word() + " | " + word() + " |"
            }
            parts.append(part)
            count += part.utf8.count + 2
        }
        return parts.joined(separator: "\n\n")
    }

    private mutating func call() -> (String, JSONValue) {
        switch number(0...3) {
        case 0:
            return (
                "read_file", ["path": .string(path()), "offset": .number(JSONNumber(number(0...2000))), "limit": 200]
            )
        case 1:
            let command = "cd " + path() + " && grep -rn \"" + word() + "\" . | head -20"
            return ("bash", ["command": .string(command), "timeout_ms": .number(JSONNumber(number(0...600_000)))])
        case 2:
            let isEverywhere = chance(0.3)
            return (
                "edit_file",
                [
                    "path": .string(path()), "old": .string(code(3)), "new": .string(code(4)),
                    "replace_all": .bool(isEverywhere),
                ]
            )
        default:
            let query = sentence(3...6)
            let filters: JSONValue = ["lang": ["swift", "md"], "score": 0.482917, "max": 50, "cursor": .null]
            return ("search", ["query": .string(query), "filters": filters, "deep": true])
        }
    }

    private mutating func output() -> String {
        let length = number(2000...4000)
        let kind = number(0...3)
        var lines: [String] = []
        var count = 0
        while count < length {
            let line: String
            switch kind {
            case 0: line = "  \(lines.count + 1)\t" + code(1)
            case 1: line = path() + ":\(number(1...900)): " + code(1)
            case 2: line = "{\"id\": \(lines.count), \"path\": \"" + path() + "\", \"text\": \"" + sentence() + "\"}"
            default:
                line = "\u{1B}[3\(number(0...7))m2026-01-\(number(10...28))T10:20:30Z\u{1B}[0m INFO " + sentence(5...12)
            }
            lines.append(line)
            count += line.utf8.count + 1
        }
        return lines.joined(separator: "\n")
    }

    private mutating func code(_ lineCount: Int) -> String {
        var lines: [String] = []
        for _ in 0..<lineCount {
            let (first, second) = (word(), word())
            let line: String
            switch number(0...5) {
            case 0: line = "let \(first) = try await \(second).\(first)(\"\(second)\")"
            case 1: line = "func \(first)(_ \(second): Int) -> String {"
            case 2: line = "}"
            case 3: line = "guard let \(first) = \(second)[\"\(first)\"] else { return nil }"
            case 4: line = "// " + sentence(4...8)
            default: line = "print(\"\(first): \\(\(second))\\t\", terminator: \"\\n\")"
            }
            lines.append(String(repeating: "    ", count: number(0...3)) + line)
        }
        return lines.joined(separator: "\n")
    }

    private mutating func sentence(_ length: ClosedRange<Int> = 6...18) -> String {
        var words = (0..<number(length)).map { _ in word() }
        let place = number(0...words.count - 1)
        switch number(0...99) {
        case 0...3: words.append(pick(Self.symbols))
        case 4...9: words[place] = pick(Self.foreign)
        case 10...21: words[place] = "`" + words[place] + "`"
        case 22...27: words[place] = "\"" + words[place] + "\""
        case 28...32: words[place] = "**" + words[place] + "**"
        default: break
        }
        return words.joined(separator: " ") + pick([".", ".", ".", "?", ":"])
    }

    private mutating func path() -> String {
        (0...number(1...3)).map { _ in word() }.joined(separator: "/") + "." + pick(Self.endings)
    }

    private mutating func word() -> String { pick(Self.words) }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    private mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &random) < probability
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...elements.count - 1)] }
}
