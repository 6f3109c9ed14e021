/// An actor that runs blocking work on its own thread, instead of the cooperative pool.
actor BlockingWorker {
    private let executor = BlockingExecutor(label: "conversation-history.worker")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Runs a closure to its end, even if the task is cancelled meanwhile.
    func run<Result: Sendable>(
        _ body: @Sendable () throws(HistoryStoreError) -> Result
    ) throws(HistoryStoreError) -> Result {
        try body()
    }
}
