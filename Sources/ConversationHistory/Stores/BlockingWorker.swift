/// Runs work that may block on a thread of its own, rather than on the cooperative pool.
actor BlockingWorker {
    private let executor = BlockingExecutor(label: "conversation-history.worker")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Runs a body; work that was begun is finished even if the task is cancelled.
    func run<Result: Sendable>(
        _ body: @Sendable () throws(HistoryStoreError) -> Result
    ) throws(HistoryStoreError) -> Result {
        try body()
    }
}
