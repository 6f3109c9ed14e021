import ConversationHistory
import ConversationHistoryLibrary
import Testing

@Suite struct LibraryScopeTests {
    private let ada = Owner(user: "ada", organization: "analytical")

    @Test func everyoneIncludesAll() {
        let owners = [nil, Owner(), ada, Owner(user: "ada"), Owner(organization: "analytical")]
        for owner in owners { #expect(LibraryScope.everyone.includes(owner)) }
        #expect(LibraryScope.everyone.owner == nil)
        #expect(LibraryScope.everyone.narrowed(to: Owner()) == .everyone)
    }

    @Test func namesMustBeTheSame() {
        let scope = LibraryScope.everyone.narrowed(to: ada)
        #expect(scope.includes(ada) && scope.owner == ada)
        let others = [
            nil, Owner(), Owner(user: "ada"), Owner(organization: "analytical"), Owner(user: "ada", organization: ""),
            Owner(user: "Ada", organization: "analytical"), Owner(user: "analytical", organization: "ada"),
        ]
        for owner in others { #expect(!scope.includes(owner)) }
    }

    @Test func missingNamesLeaveItOpen() {
        let organization = LibraryScope.everyone.narrowed(to: Owner(organization: "analytical"))
        #expect(organization.includes(ada) && organization.includes(Owner(organization: "analytical")))
        #expect(!organization.includes(Owner(user: "ada")) && !organization.includes(nil))
        #expect(organization.owner == Owner(organization: "analytical"))
        let user = LibraryScope.everyone.narrowed(to: Owner(user: "ada"))
        #expect(user.includes(ada) && user.includes(Owner(user: "ada")) && !user.includes(Owner(user: "bob")))
    }

    @Test func namesAreComparedByBytes() {
        let composed = LibraryScope.everyone.narrowed(to: Owner(user: "\u{e9}"))
        #expect(composed.includes(Owner(user: "\u{e9}")) && !composed.includes(Owner(user: "e\u{301}")))
        #expect(composed.narrowed(to: Owner(user: "e\u{301}")).isEmpty)
        let empty = LibraryScope.everyone.narrowed(to: Owner(user: ""))
        #expect(empty.includes(Owner(user: "")) && !empty.includes(Owner()) && !empty.isEmpty)
    }

    @Test func isNeverWidened() {
        let organization = LibraryScope.everyone.narrowed(to: Owner(organization: "analytical"))
        let user = organization.narrowed(to: Owner(user: "ada"))
        #expect(user == LibraryScope.everyone.narrowed(to: ada))
        #expect(user.narrowed(to: Owner()) == user && user.narrowed(to: ada) == user)
        for owner in [Owner(user: "bob"), Owner(organization: "other"), Owner(user: "ada", organization: "other")] {
            let outside = user.narrowed(to: owner)
            #expect(outside.isEmpty && !outside.includes(ada) && !outside.includes(owner) && !outside.includes(nil))
            #expect(outside.narrowed(to: ada).isEmpty)
        }
    }
}
