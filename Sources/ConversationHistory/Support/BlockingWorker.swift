/// Runs work that may block on a thread of its own, rather than on the cooperative pool.
package actor BlockingWorker {
    private let executor = BlockingExecutor(label: "conversation-history.worker")

    package init() {}

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Runs a body; work that was begun is finished even if the task is cancelled.
    package func run<Result: Sendable>(
        _ body: @Sendable () throws(HistoryStoreError) -> Result
    ) throws(HistoryStoreError) -> Result {
        try body()
    }
}
