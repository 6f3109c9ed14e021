import ConversationHistory

/// What takes the tokens that a `SearchScanner` finds.
protocol SearchTokenSink {
    /// Takes the next token.
    ///
    /// - Parameters:
    ///   - text: The UTF-8 bytes of the folded token: at least one, and at most `SearchTokenizer.maximumTokenLength`.
    ///   - isASCII: Whether all of them are ASCII, and so digits and lower-case letters.
    ///   - range: Where the token stands in the text.
    mutating func take(_ text: UnsafeBufferPointer<UInt8>, isASCII: Bool, range: Range<Int>)
}
