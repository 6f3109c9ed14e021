/// System calls that inject planned faults between two moments of a test.
package final class PlannedFaults: Sendable {
    private let plan: Locked<(start: Int, plan: @Sendable (Int, RecordedCall) -> Fault?)?>
    package let calls: FaultySystemCalls

    package init() {
        let plan = Locked<(start: Int, plan: @Sendable (Int, RecordedCall) -> Fault?)?>(nil)
        self.plan = plan
        calls = FaultySystemCalls { call in
            plan.value.flatMap { $0.plan(call.number - $0.start, call) }
        }
    }

    /// Starts injecting faults; the plan gets the number of each call, counted from now.
    package func begin(_ plan: @escaping @Sendable (Int, RecordedCall) -> Fault?) {
        let start = calls.calls.count
        self.plan.value = (start, plan)
    }

    /// Stops injecting faults, and returns the calls made since the beginning of the plan.
    package func end() -> [RecordedCall] {
        let start = plan.value?.start ?? 0
        plan.value = nil
        return Array(calls.calls[start...])
    }
}
