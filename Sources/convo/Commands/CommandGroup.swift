/// A heading in the help.
enum CommandGroup: String, CaseIterable {
    case chatting = "Chat"
    case reading = "Find and read conversations"
    case changing = "Create and change conversations"
    case removing = "Delete and restore conversations"
    case artifacts = "Manage artifacts (files that belong to a conversation)"
    case exchanging = "Export and import conversations"
    case maintaining = "Maintain a library"
}
