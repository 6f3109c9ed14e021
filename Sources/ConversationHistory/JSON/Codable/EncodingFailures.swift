/// What went wrong where the protocols leave no way to throw.
final class EncodingFailures {
    private(set) var first: (any Error)?

    func note(_ error: any Error) {
        if first == nil { first = error }
    }
}
