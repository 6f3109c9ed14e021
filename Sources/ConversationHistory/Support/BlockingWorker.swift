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
