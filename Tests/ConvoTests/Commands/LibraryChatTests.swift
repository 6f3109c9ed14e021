import ConversationHistory
import Foundation
import TestSupport
import Testing

@testable import convo

/// `convo chat` with a library.
@Suite struct LibraryChatTests {
    @Test(arguments: LibraryKind.allCases)
    func goesOnWhereItWas(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        let first = try await scene.run("chat", "--conversation", "../x", input: "2+2\n")
        #expect(first.code == 0)
        #expect(first.output == "2+2 = 4\n")
        #expect(first.errors.hasPrefix("New conversation ../x in \(scene.location).\n"))
        let second = try await scene.run("chat", "--conversation=../x", input: "hello\n/title A talk\n")
        #expect(second.errors.hasPrefix("Restored 4 messages from ../x in \(scene.location).\n"))
        #expect(second.output.contains("Before that, you said: \"2+2\""))
        let list = try await scene.json("list")
        #expect(list.texts("id") == ["../x"])
        #expect(list.texts("title") == ["A talk"])
        #expect(list.each("messages") == [6])
    }

    @Test(arguments: LibraryKind.allCases)
    func givesANewConversationAnIDAndTellsIt(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        let run = try await scene.run("chat", "--user", "ada", input: "hello\n")
        let list = try await scene.json("list")
        let id = try #require(list.texts("id").first ?? nil)
        #expect(run.errors == "New conversation \(id) in \(scene.location).\n")
        #expect(list.each("owner") == [["user": "ada"]])
        // Nothing is kept of a conversation in which nothing was said.
        try await scene.run("chat", input: "/quit\n")
        #expect(try await scene.json("list").arrayValue?.count == 1)
    }

    @Test(arguments: LibraryKind.allCases)
    func forksInTheLibrary(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        let lines = "hello\n/fork b\nin the fork\n/fork\nfurther\n/fork b\n/help\n"
        let run = try await scene.run("chat", "--conversation", "a", input: lines)
        #expect(run.code == 1)
        #expect(run.errors.contains("Continuing in b in \(scene.location), with 2 messages."))
        #expect(run.errors.contains("The id is taken."))
        #expect(run.output.contains("/fork [ID]") && !run.output.contains("/fork FILE"))
        let list = try await scene.json("list", "--order", "oldest")
        #expect(list.texts("id").prefix(2) == ["a", "b"])
        #expect(list.each("messages") == [2, 4, 6])
        #expect(list.each("origin").map { $0?["conversation"]?.stringValue } == [nil, "a", "b"])
    }

    @Test(arguments: LibraryKind.allCases)
    func doesNotGoOnWithWhatIsInTheTrash(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill("a")
        try await scene.output("delete", "a")
        let run = try await scene.run("chat", "--conversation", "a", input: "hello\n")
        #expect(run == ("", "convo: The conversation \"a\" is in the trash. Use `convo restore` to restore it.\n", 1))
    }

    @Test(arguments: LibraryKind.allCases)
    func anotherOwnersConversationIsNeitherReadNorWritten(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.fill { library in try await library.add("a", ["secret"], owner: Owner(user: "ada")) }
        let run = try await scene.run("chat", "--conversation", "a", "--user", "bob", input: "hello\n")
        #expect(run.code == 1)
        #expect(!run.errors.contains("secret"))
        #expect(run.errors.contains("The conversation's id is taken. Choose another one with --conversation."))
        // There is nothing for this user to go on from.
        #expect(!run.errors.contains("start it again"))
        #expect(try await scene.json("list").each("messages") == [1])
    }

    @Test(arguments: LibraryKind.allCases)
    func aConversationThatSomeoneElseBeganMeanwhileIsOneToGoOnFrom(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        try await scene.output("create", "--id", "other")
        let process = try ConvoProcess(["chat", "--library", scene.location, "--conversation", "a"])
        try await process.wait { $0.errors.contains("New conversation a") }
        try await scene.run("chat", "--conversation", "a", input: "2+2\n")
        process.type("1+1\n")
        process.endInput()
        #expect(try await process.exitCode() == 1)
        #expect(process.errors.contains("start it again to continue from there"))
        #expect(try await scene.json("show", "a")["messages"] == 4)
    }

    /// What is in the trash, or gone for good, is not brought back by who still talks in it.
    @Test(arguments: LibraryKind.allCases, [false, true])
    func aConversationThatSomeoneElseDeletedMeanwhileStaysAsItWas(_ kind: LibraryKind, isPurged: Bool) async throws {
        let scene = LibraryScene(kind)
        try await scene.output("create", "--id", "other")
        let process = try ConvoProcess(["chat", "--library", scene.location, "--conversation", "a"])
        process.type("1+1\n")
        try await process.wait { $0.output.contains("1+1 = 2") }
        // What is printed is saved a moment later.
        while try await !scene.run("show", "a", "--json").output.contains("1+1 = 2") {
            try await Task.sleep(for: .milliseconds(20))
        }
        let messages = try await scene.json("show", "a")["messages"]
        try await scene.output("delete", "a")
        if isPurged { try await scene.output("purge", "a") }
        process.type("2+2\n3+3\n4+4\n")
        process.endInput()
        #expect(try await process.exitCode() == 1)
        #expect(!process.errors.contains("may be stored"))
        #expect(!process.output.contains("3+3"))
        let advice = "The conversation was deleted. If it is still in the trash, use `convo restore` to restore it."
        #expect(process.errors.contains(advice))
        #expect(try await scene.json("list").texts("id") == ["other"])
        guard !isPurged else { return }
        try await scene.output("restore", "a")
        #expect(try await scene.json("show", "a")["messages"] == messages)
    }

    @Test(arguments: LibraryKind.allCases)
    func whatWasStreamedSurvivesBeingKilled(_ kind: LibraryKind) async throws {
        let scene = LibraryScene(kind)
        let process = try ConvoProcess(
            ["chat", "--library", scene.location, "--conversation", "a", "--pace", "15000"]
        )
        process.type("hello\n")
        try await process.wait { $0.output.hasPrefix("You said:") }
        // The answer is looked for by another process, as long as the first one writes it.
        for _ in 0..<600 {
            let shown = try await scene.run("show", "a")
            if shown.code == 0, shown.output.contains("You said:") { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        process.send(SIGKILL)
        #expect(try await process.exitCode() == -SIGKILL)
        let history = try await scene.json("show", "a")["history"]
        #expect(history?.each("message").map { $0?["role"]?.stringValue } == ["user", "assistant"])
        #expect(history?[1]?["incomplete"] == true)
        let next = try await scene.run("chat", "--conversation", "a", input: "2+2\n")
        #expect(next.code == 0)
        let notice = "The last turn was interrupted when the program ended. The part that was saved is restored."
        #expect(next.errors.contains(notice))
        #expect(try await scene.run("verify").code == 0)
    }

    @Test func theEnvironmentSaysWhichLibrary() async throws {
        let home = TemporaryDirectory()
        let environment = ["DB_BACKEND": "directory", "DB_NAME": home.path("library"), "DEFAULT_USER_ID": "ada"]
        let chat = try await ConvoProcess.run(["chat"], input: "hello\n", environment: environment)
        #expect(chat.code == 0)
        let list = try await ConvoProcess.run(["list", "--json"], environment: environment)
        #expect(try JSONValue(parsing: list.output).each("owner") == [["user": "ada", "organization": "default_org"]])
        let bob = try await ConvoProcess.run(["list", "--json", "--user", "bob"], environment: environment)
        #expect(bob.output == "[]\n")
        let url = environment.merging(["DATABASE_URL": "directory:" + home.path("none")]) { $1 }
        #expect(try await ConvoProcess.run(["list"], environment: url).code == 1)
        let given = try await ConvoProcess.run(["list", "--json", "--library", home.path("library")], environment: url)
        #expect(try JSONValue(parsing: given.output).arrayValue?.count == 1)
        let wrong = try await ConvoProcess.run(["list"], environment: ["DATABASE_URL": "mysql://u:hunter2@h"])
        #expect(wrong.code == 64)
        #expect(wrong.errors.contains("DATABASE_URL") && !wrong.errors.contains("hunter2"))
    }
}
