import Foundation

/// The command `convo`: runs a subcommand and turns its outcome into an exit code.
@main
struct Convo {
    /// The version that `--version` prints.
    static let version = "0.1.0"

    /// The subcommands, in the order in which the help lists them.
    static let commands: [any Command.Type] = [
        ChatCommand.self,
        ListCommand.self, ShowCommand.self, SearchCommand.self,
        CreateCommand.self, RenameCommand.self, ForkCommand.self,
        DeleteCommand.self, RestoreCommand.self, PurgeCommand.self,
        PutArtifactCommand.self, GetArtifactCommand.self, ListArtifactsCommand.self, RemoveArtifactCommand.self,
        ExportCommand.self, ImportCommand.self,
        StatsCommand.self, VerifyCommand.self, BackupCommand.self,
    ]

    static func main() async {
        // A closed pipe then fails the write instead of killing the process, so the conversation can still be saved.
        signal(SIGPIPE, SIG_IGN)
        StandardStreams.reserve()
        let terminal = Terminal()
        do throws(UsageError) {
            let arguments = try ProcessInput.arguments()
            let environment = try ProcessInput.environment()
            exit(await run(arguments, environment, terminal: terminal).rawValue)
        } catch {
            terminal.error(error.description)
            exit(ExitCode.usage.rawValue)
        }
    }

    /// Runs the command.
    ///
    /// The arguments don't include the program's name.
    @MainActor
    static func run(
        _ arguments: [String],
        _ environment: [String: String],
        terminal: Terminal
    ) async -> ExitCode {
        let code: ExitCode
        do {
            switch try Invocation(arguments, commands: commands, environment: environment) {
            case .print(let text):
                terminal.send(text)
                code = .success
            case .run(let command):
                code = try await command.run(terminal)
            }
        } catch let error as UsageError {
            terminal.error(error.description)
            code = .usage
        } catch is OutputError {
            // `exitCode` reports it.
            code = .failure
        } catch {
            terminal.error(Explanation.of(error))
            code = .failure
        }
        return exitCode(code, terminal)
    }

    /// Returns the exit code of the process, given the exit code of the command.
    ///
    /// A reader that exits early, such as `head`, doesn't change the exit code. Any other failure to write the output is
    /// a failure, even if the command succeeded.
    private static func exitCode(_ code: ExitCode, _ terminal: Terminal) -> ExitCode {
        guard let failure = terminal.failure, !failure.isClosedPipe else { return code }
        terminal.error(failure.description)
        return code == .success ? .failure : code
    }
}
