package import Testing

extension Trait where Self == TimeLimitTrait {
    /// Ends a test that hangs.
    ///
    /// The time of a test includes waiting for tests that run in parallel, so the limit is far above the needs of any
    /// test.
    package static var hangGuard: Self { .timeLimit(.minutes(30)) }
}
