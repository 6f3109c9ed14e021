extension Int {
    /// Returns the sum with a number that was read, clamped to the largest integer; a negative number counts as zero.
    package func addingClamped(_ other: Int) -> Int {
        let (sum, overflows) = addingReportingOverflow(Swift.max(0, other))
        return overflows ? .max : sum
    }
}
