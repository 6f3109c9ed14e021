/// A heading in the help.
enum CommandGroup: String, CaseIterable {
    case talking = "Talk"
    case reading = "Find and read conversations"
    case changing = "Make and change conversations"
    case removing = "Delete conversations"
    case artifacts = "Files of conversations"
    case exchanging = "Bring conversations out and in"
    case keeping = "Look after a library"
}
