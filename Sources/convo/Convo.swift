import Foundation

/// The command `convo`: chooses the subcommand, and turns what becomes of it into an exit code.
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
        // A closed pipe shows as a failed write, so that what was said can still be saved.
        signal(SIGPIPE, SIG_IGN)
        StandardStreams.reserve()
        let terminal = Terminal()
        do throws(UsageError) {
            let words = try ProcessWords.arguments()
            let environment = try ProcessWords.environment()
            exit(await run(words, environment, terminal: terminal).rawValue)
        } catch {
            terminal.error(error.description)
            exit(ExitCode.usage.rawValue)
        }
    }

    /// Runs the command with its arguments, which do not include the program's name.
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
            // Reported below, as where nothing was thrown.
            code = .failure
        } catch {
            terminal.error(Explanation.of(error))
            code = .failure
        }
        return exitCode(code, terminal)
    }

    /// Decides the exit code, given that of the command's work.
    ///
    /// A reader that has gone, such as `head`, has seen enough: that is no failure, and takes none away. Output that could
    /// not be written for another reason is a failure, even where all else was done.
    private static func exitCode(_ code: ExitCode, _ terminal: Terminal) -> ExitCode {
        guard let failure = terminal.failure, !failure.isClosedPipe else { return code }
        terminal.error(failure.description)
        return code == .success ? .failure : code
    }
}
