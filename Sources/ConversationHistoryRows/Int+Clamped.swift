extension Int {
    /// Returns the sum with a number that was read; the largest number if it is too large.
    package func addingClamped(_ other: Int) -> Int {
        let (sum, overflows) = addingReportingOverflow(Swift.max(0, other))
        return overflows ? .max : sum
    }
}
