/// A text with emphasized parts, for terminals that can show them.
struct StyledText: Hashable {
    /// A part.
    struct Piece: Hashable {
        var text: String
        var isEmphasized = false
    }

    /// The parts, in order.
    var pieces: [Piece] = []

    /// The text without styles.
    var plain: String { pieces.map(\.text).joined() }

    /// Adds a part.
    mutating func append(_ text: String, isEmphasized: Bool = false) {
        pieces.append(Piece(text: text, isEmphasized: isEmphasized))
    }

    /// Adds the parts of another text.
    mutating func append(_ other: StyledText) { pieces += other.pieces }
}
