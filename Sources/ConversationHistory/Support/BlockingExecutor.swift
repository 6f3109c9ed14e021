import Dispatch

/// An executor that runs an actor on a thread that may block, instead of the cooperative pool.
package final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    /// Creates an executor with a serial queue of its own.
    package init(label: String) { queue = DispatchQueue(label: label) }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    package func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}

/// An actor that runs blocking work on its own thread, instead of the cooperative pool.
package actor BlockingWorker {
    private let executor = BlockingExecutor(label: "conversation-history.worker")

    package init() {}

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Runs a closure to its end, even if the task is cancelled meanwhile.
    package func run<Result: Sendable>(
        _ body: @Sendable () throws(HistoryStoreError) -> Result
    ) throws(HistoryStoreError) -> Result {
        try body()
    }
}
