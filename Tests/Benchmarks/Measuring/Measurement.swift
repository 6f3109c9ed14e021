/// One of several things whose times are compared.
struct Measurement {
    let name: String
    let body: () async throws -> Void

    init(_ name: String, _ body: @escaping () async throws -> Void) {
        self.name = name
        self.body = body
    }

    /// Runs all in turns, the first round uncounted, and returns for each the times in milliseconds.
    ///
    /// - Parameter seconds: No further round is begun when so much time has gone by, once there have been three.
    static func times(
        of measurements: [Measurement],
        rounds: Int,
        seconds: Double
    ) async throws -> [[Double]] {
        var times = [[Double]](repeating: [], count: measurements.count)
        let start = ContinuousClock.now
        for round in 0...rounds {
            if round > 3, start.duration(to: .now) > .seconds(seconds) { break }
            for (index, measurement) in measurements.enumerated() {
                let time = try await milliseconds(measurement.body)
                if round > 0 { times[index].append(time) }
            }
        }
        return times
    }

    /// The time that something takes, in milliseconds.
    static func milliseconds(_ body: () async throws -> Void) async rethrows -> Double {
        let duration = try await ContinuousClock().measure { try await body() }
        let (seconds, attoseconds) = duration.components
        return Double(seconds) * 1e3 + Double(attoseconds) / 1e15
    }
}

/// Keeps the compiler from leaving out the work whose result this is.
@inline(never)
func keep<Value>(_ value: Value) { withExtendedLifetime(value) {} }
