import Foundation
import TestSupport
import Testing

@testable import ConversationHistory

@Suite struct TokenEstimateTests {
    private typealias Policy = ContextPolicy<ChatMessage>

    // MARK: - Files

    private static func big(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * (count - 1 - $0))) }
    }

    private static func little(_ number: Int, _ count: Int) -> [UInt8] { big(number, count).reversed() }

    private static func png(_ width: Int, _ height: Int) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + big(13, 4) + Array("IHDR".utf8) + big(width, 4)
            + big(height, 4) + [8, 6, 0, 0, 0]
    }

    private static func jpeg(_ width: Int, _ height: Int, frame: UInt8 = 0xC0, preview: Int = 16) -> [UInt8] {
        // A preview holds a frame of its own, which is not that of the image.
        let inner = [0xFF, 0xD8, 0xFF, 0xC0] + big(17, 2) + [8] + big(1, 2) + big(1, 2)
        let segment =
            [0xFF, 0xE1] + big(preview + 2, 2) + (inner + Array(repeating: 7, count: preview)).prefix(preview)
        return [0xFF, 0xD8] + segment + segment + [0xFF, 0xFF, 0xC4] + big(4, 2) + [0, 0] + [0xFF, frame] + big(17, 2)
            + [8] + big(height, 2) + big(width, 2) + [3]
    }

    private static func gif(_ width: Int, _ height: Int) -> [UInt8] {
        Array("GIF89a".utf8) + little(width, 2) + little(height, 2) + [0, 0, 0]
    }

    private static func webP(_ kind: String, _ body: [UInt8]) -> [UInt8] {
        Array("RIFF".utf8) + little(1000, 4) + Array("WEBP\(kind)".utf8) + little(body.count, 4) + body
    }

    private static func lossy(_ width: Int, _ height: Int) -> [UInt8] {
        webP("VP8 ", [0x30, 1, 0, 0x9D, 0x01, 0x2A] + little(width | 0x4000, 2) + little(height | 0x8000, 2))
    }

    private static func lossless(_ width: Int, _ height: Int) -> [UInt8] {
        webP("VP8L", [0x2F] + little((width - 1) | (height - 1) << 14 | 1 << 28, 4))
    }

    private static func extended(_ width: Int, _ height: Int) -> [UInt8] {
        webP("VP8X", [0x10, 0, 0, 0] + little(width - 1, 3) + little(height - 1, 3))
    }

    /// The bytes in base 64, with others behind them, as there are in a file.
    private static func base64(_ bytes: [UInt8], padded count: Int = 3000) -> String {
        Data(bytes + Array(repeating: 0xA5, count: max(0, count - bytes.count))).base64EncodedString()
    }

    private static func estimate(_ content: ContentBlock...) -> Int {
        let text = Policy.estimateTokens(ChatMessage(role: .user, content: [.image(MediaBlock(.url("")))]))
        // What is said around an image counts a few tokens, too.
        return Policy.estimateTokens(ChatMessage(role: .user, content: content)) - text + 1600
    }

    // MARK: - Images

    static let images: [(name: String, bytes: [UInt8], tokens: Int)] = [
        ("PNG", png(1024, 768), 1048), ("small PNG", png(100, 100), 85), ("large PNG", png(4000, 3000), 1600),
        ("endless PNG", png(0xFFFF_FFFF, 0xFFFF_FFFF), 1600), ("empty PNG", png(0, 0), 85),
        ("JPEG", jpeg(640, 480), 409), ("progressive JPEG", jpeg(800, 600, frame: 0xC2), 640),
        ("JPEG with previews", jpeg(800, 600, preview: 60_000), 640), ("GIF", gif(600, 500), 400),
        ("lossy WebP", lossy(900, 500), 600), ("lossless WebP", lossless(900, 500), 600),
        ("extended WebP", extended(900, 500), 600), ("HEIC", Array("\0\0\0\u{18}ftypheic".utf8), 1600),
        ("nothing", [], 1600),
    ]

    @Test(arguments: images.indices)
    func anImageCountsItsPixels(_ row: Int) throws {
        let (name, bytes, tokens) = Self.images[row]
        for count in [0, 1000, 1_000_000] {
            let data = Self.base64(bytes, padded: count)
            let type = "image/png"
            let image = ContentBlock.image(MediaBlock(.base64(mediaType: type, data: data)))
            #expect(abs(Self.estimate(image) - tokens) < 12, "\(name), \(count) bytes")
            let address = MediaSource.url("data:\(type);base64,\(data)")
            #expect(abs(Self.estimate(.image(MediaBlock(address))) - tokens) < 12, "\(name), \(count) bytes")
            let other = MediaSource.other([
                "type": "base64", "media_type": "image/png", "data": .string(data), "more": 1,
            ])
            #expect(abs(Self.estimate(.image(MediaBlock(other))) - tokens) < 12, "\(name), \(count) bytes")
            // In what a tool gave back it counts the same.
            let result = ContentBlock.toolResult(ToolResult(callID: "a", content: [image, image]))
            #expect(abs(Self.estimate(result) - 2 * tokens) < 50, "\(name), \(count) bytes")
            // Within a block of a kind that is not known, only what is long is seen.
            guard count == 1_000_000 else { continue }
            let part = ContentBlock.other([
                "type": "image_url", "image_url": ["url": .string("data:\(type);base64,\(data)")],
            ])
            #expect(abs(Self.estimate(part) - tokens) < 30, "\(name)")
        }
    }

    @Test func anImageElsewhereCountsAsALargeOne() {
        for source in [MediaSource.url("https://example.org/a.png"), .file(id: "f"), .other(["type": "vault"])] {
            #expect(abs(Self.estimate(.image(MediaBlock(source))) - 1600) < 12)
        }
        #expect(abs(Self.estimate(.image(MediaBlock(.url("data:image/svg+xml,%3Csvg%3E")))) - 1600) < 12)
    }

    // MARK: - Documents

    private static let pdf = Array("%PDF-1.7\n".utf8)

    @Test(arguments: [(1, 1), (50_000, 1), (51_000, 2), (1_000_000, 20), (4_999_000, 100), (9_000_000, 100)])
    func aDocumentCountsItsEstimatedPages(_ count: Int, _ pages: Int) {
        let data = Self.base64(Self.pdf, padded: count)
        let document = ContentBlock.document(MediaBlock(.base64(mediaType: "application/pdf", data: data)))
        #expect(abs(Self.estimate(document) - 2000 * pages) < 12)
        guard count > 1000 else { return }
        #expect(
            abs(Self.estimate(.other(["file": .string("data:application/pdf;base64,\(data)")])) - 2000 * pages) < 30
        )
    }

    @Test func aDocumentOfTextCountsItsBytes() {
        let data = Data(String(repeating: "text ", count: 8000).utf8).base64EncodedString()
        for type in ["text/plain", "text/csv", "application/json"] {
            let document = ContentBlock.document(MediaBlock(.base64(mediaType: type, data: data)))
            #expect(abs(Self.estimate(document) - 10_000) < 12)
        }
    }

    @Test func aDocumentElsewhereCountsAFewPages() {
        for source in [MediaSource.url("https://example.org/a.pdf"), .file(id: "f"), .other(["type": "vault"])] {
            #expect(abs(Self.estimate(.document(MediaBlock(source))) - 10_000) < 12)
        }
    }

    // MARK: - Text

    @Test func textCountsItsBytes() {
        // A text is read by the model as a text, even one that looks like a file.
        for text in [
            String(repeating: "word ", count: 2000), Self.base64(Self.png(10, 10), padded: 7500), "ééééé", "世界",
        ] {
            let bytes = text.utf8.count
            for content in [
                ContentBlock.text(text), .toolResult(ToolResult(callID: "a", text: text)),
                .toolCall(ToolCall(id: "a", name: "write", arguments: ["text": .string(text)])),
                .reasoning(ReasoningBlock("a", signature: text)),
            ] {
                let estimate = Policy.estimateTokens(ChatMessage(role: .user, content: [content]))
                #expect(estimate >= bytes / 4 && estimate < bytes / 4 + 50)
            }
        }
    }

    @Test func otherDataCountsAsTextUpToALimit() {
        func estimate(_ text: String) -> Int { Self.estimate(.other(["type": "audio", "data": .string(text)])) }
        #expect(abs(estimate(Self.base64([1], padded: 1500)) - 500) < 12)
        #expect(abs(estimate(Self.base64([1], padded: 1_500_000)) - 1600) < 12)
        // Words are never taken for data.
        #expect(abs(estimate(String(repeating: "words and more ", count: 1000)) - 3750) < 12)
        let lines = String(repeating: String(repeating: "a", count: 1000) + " ", count: 10)
        #expect(abs(estimate(lines) - 2502) < 12)
    }

    // MARK: - Messages of another type

    private struct Picture: HistoryMessage {
        var role = MessageRole.user
        var caption = ""
        var data = Data()
        var more: [Data] = []

        var searchableText: String { caption }
    }

    @Test func dataInAMessageOfAnotherTypeIsNoText() {
        func estimate(_ picture: Picture) -> Int { ContextPolicy.estimateTokens(picture) }
        let text = estimate(Picture())
        let png = Data(Self.png(1024, 768) + Array(repeating: 1, count: 1_000_000))
        #expect(abs(estimate(Picture(data: png)) - text - 1048) < 4)
        #expect(abs(estimate(Picture(data: png, more: [png, png])) - text - 3 * 1048) < 8)
        #expect(abs(estimate(Picture(data: Data(Self.pdf + Array(repeating: 1, count: 120_000)))) - text - 6000) < 4)
        #expect(abs(estimate(Picture(data: Data(repeating: 1, count: 600))) - text - 200) < 4)
        #expect(abs(estimate(Picture(caption: String(repeating: "word ", count: 800))) - text - 1000) < 4)
    }

    @Test(arguments: [
        Data.Base64EncodingOptions.lineLength76Characters,
        [.lineLength64Characters, .endLineWithLineFeed], [.lineLength76Characters, .endLineWithCarriageReturn],
    ])
    func dataInLinesIsNoText(options: Data.Base64EncodingOptions) {
        func estimate(_ caption: String) -> Int { ContextPolicy.estimateTokens(Picture(caption: caption)) }
        let text = estimate("")
        let png = Data(Self.png(1024, 768) + Array(repeating: 1, count: 1_000_000)).base64EncodedString(
            options: options
        )
        #expect(abs(estimate(png) - text - 1048) < 8)
        #expect(abs(estimate("See:\n\n" + png + "\n\nThat was it.") - text - 1048) < 12)
        #expect(abs(estimate(png + "\n--boundary\n" + png) - text - 2 * 1048) < 16)
        // Short lines are words, and so is what breaks off in the midst of them.
        let words = String(repeating: "word\n", count: 4000)
        #expect(abs(estimate(words) - text - words.utf8.count * 6 / 5 / 4) < 8)
        #expect(abs(estimate(words + png + words) - text - 2 * (words.utf8.count * 6 / 5 / 4) - 1048) < 300)
    }

    @Test func anImageLeavesRoomForTheRest() async throws {
        let conversation = try await Conversation(
            restoring: RecordingStore(),
            context: ContextPolicy(maximumTokens: 8000)
        )
        for number in 0..<10 {
            try await conversation.turn("question \(number)") { try await $0.append(.assistant("answer \(number)")) }
        }
        let image = MediaBlock(
            .base64(mediaType: "image/png", data: Self.base64(Self.png(1024, 768), padded: 1_000_000))
        )
        try await conversation.turn(ChatMessage(role: .user, content: [.text("What is this?"), .image(image)])) {
            turn in
            #expect(turn.messages.count == 21)
        }
    }

    // MARK: - Anything

    @Test func anyBytesGiveASensibleNumber() {
        var generator = SeededGenerator(seed: 7)
        let files = Self.images.map(\.bytes) + [Self.pdf]
        for _ in 0..<4000 {
            var bytes = files[Int.random(in: files.indices, using: &generator)].prefix(200)
            bytes = bytes.prefix(Int.random(in: 0...bytes.count, using: &generator))
            for index in bytes.indices where Int.random(in: 0..<10, using: &generator) == 0 {
                bytes[index] = [0, 0xFF, .random(in: 0...255, using: &generator)].randomElement(using: &generator) ?? 0
            }
            var data = Data(bytes).base64EncodedString()
            if Bool.random(using: &generator) {
                data = String(data.prefix(Int.random(in: 0...data.count, using: &generator)))
            }
            if Int.random(in: 0..<8, using: &generator) == 0 { data += "\n é" }
            let tokens = TokenEstimate.image(.base64(mediaType: "image/png", data: data))
            #expect((85...1600).contains(tokens))
            #expect((0...10_000).contains(TokenEstimate.other(.string(data + String(repeating: "A", count: 1100)))))
        }
    }

    @Test func bytesAreReadWhereTheyAre() {
        let bytes: [UInt8] = (0..<64).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 5) }
        for count in bytes.indices {
            let text = Data(bytes[..<count]).base64EncodedString()
            for digits in [
                text, text.replacing("+", with: "-").replacing("/", with: "_"), text.replacing("=", with: ""),
            ] {
                Array(digits.utf8).withUnsafeBytes { buffer in
                    let decoded = Base64Bytes(buffer)
                    #expect(decoded.count == count)
                    #expect((0..<count).map { decoded[$0] } == bytes[..<count].map { $0 })
                    for offset in [count, count + 1, 1 << 40, Int.max] { #expect(decoded[offset] == nil) }
                }
            }
        }
    }
}
