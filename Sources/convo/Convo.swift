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
        let terminal = Terminal()
        let environment = ProcessInfo.processInfo.environment
        let code = await run(Array(CommandLine.arguments.dropFirst()), environment, terminal: terminal)
        exit(code.rawValue)
    }

    /// Runs the command with its arguments, which do not include the program's name.
    @MainActor
    static func run(
        _ arguments: [String],
        _ environment: [String: String],
        terminal: Terminal
    ) async -> ExitCode {
        do {
            switch try Invocation(arguments, commands: commands, environment: environment) {
            case .print(let text):
                try terminal.send(text)
                return .success
            case .run(let command):
                return try await command.run(terminal)
            }
        } catch let error as OutputError where error.isClosedPipe {
            // Whoever reads, such as `head`, has seen enough.
            return .success
        } catch let error as UsageError {
            terminal.error(error.description)
            return .usage
        } catch {
            terminal.error(Explanation.of(error))
            return .failure
        }
    }
}
