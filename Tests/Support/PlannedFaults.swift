/// System calls of which those after a moment go wrong by a plan, until they are mended.
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

    /// Lets calls go wrong from now on; the plan is given the number of each call, counted from now.
    package func begin(_ plan: @escaping @Sendable (Int, RecordedCall) -> Fault?) {
        let start = calls.calls.count
        self.plan.value = (start, plan)
    }

    /// Lets all calls succeed again, and returns those made meanwhile.
    package func end() -> [RecordedCall] {
        let start = plan.value?.start ?? 0
        plan.value = nil
        return Array(calls.calls[start...])
    }
}
