/// A text of which some parts are emphasised, where that can be shown.
struct StyledText: Hashable {
    /// A part.
    struct Piece: Hashable {
        var text: String
        var isEmphasised = false
    }

    /// The parts, one behind the other.
    var pieces: [Piece] = []

    /// The text alone.
    var plain: String { pieces.map(\.text).joined() }

    /// Adds a part.
    mutating func append(_ text: String, isEmphasised: Bool = false) {
        pieces.append(Piece(text: text, isEmphasised: isEmphasised))
    }

    /// Adds the parts of another text.
    mutating func append(_ other: StyledText) { pieces += other.pieces }
}
