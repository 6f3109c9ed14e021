/// Formats numbers with a unit or a noun.
enum Count {
    /// Returns a number and a noun, in the singular or the plural.
    static func of(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
    }

    /// Returns a number of bytes in a suitable unit.
    static func ofBytes(_ number: Int) -> String {
        var (value, unit) = (Double(number), 0)
        let units = ["bytes", "kB", "MB", "GB", "TB"]
        while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
        guard unit > 0 else { return of(number, "byte") }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
