/// One of several things whose times are compared.
struct Measurement {
    let name: String
    /// Returns the time in milliseconds.
    private let run: () async throws -> Double

    /// Creates a measurement of something that makes a value; letting go of the value is not timed.
    init<Value>(_ name: String, _ body: @escaping () async throws -> Value) {
        self.name = name
        run = {
            let start = ContinuousClock.now
            let value = try await body()
            let duration = start.duration(to: .now)
            keep(value)
            return duration.milliseconds
        }
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
                let time = try await measurement.run()
                if round > 0 { times[index].append(time) }
            }
        }
        return times
    }
}

extension Duration {
    /// This time in milliseconds.
    var milliseconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) * 1e3 + Double(attoseconds) / 1e15
    }
}

/// Keeps the compiler from leaving out the work whose result this is.
@inline(never)
func keep<Value>(_ value: Value) { withExtendedLifetime(value) {} }
