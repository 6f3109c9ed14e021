package import Testing

extension Trait where Self == TimeLimitTrait {
    /// Ends a test that hangs.
    ///
    /// The time of a test includes waiting for those that run beside it, so the limit is far above what any test needs.
    package static var hangGuard: Self { .timeLimit(.minutes(30)) }
}
