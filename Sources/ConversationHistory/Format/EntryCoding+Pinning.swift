extension SharedList.Box {
    /// Returns a pinned or unpinned entry that has lost nothing of what only its stored form holds.
    func pinned<Message>(_ isPinned: Bool) -> SharedList.Box where Element == HistoryEntry<Message> {
        var entry = value
        entry.isPinned = isPinned
        let verbatim = verbatim.flatMap { VerbatimEntry.settingPinned(isPinned, in: $0) }
        return .init(entry, verbatim: verbatim, isInstruction: isInstruction)
    }
}

/// The stored form of an entry, in which reading loses something.
enum VerbatimEntry {
    /// Returns the stored form of the entry as it is when it is pinned or unpinned; `nil` if it cannot be changed so.
    ///
    /// - Parameter bytes: The entry without blanks between its tokens.
    static func settingPinned(_ isPinned: Bool, in bytes: [UInt8]) -> [UInt8]? {
        let key = Array("\"pinned\":".utf8)
        var writer = JSONWriter(capacity: bytes.count + 16)
        writer.append(bytes)
        var member: Range<Int>?
        // The bytes were read before, so they are read again.
        let isRead: Void? = try? writer.withPaddedBytes { bytes throws(JSONError) in
            var reader = JSONReader(bytes, maximumDepth: HistoryFormat.maximumDepth)
            try reader.readObject { name, reader throws(JSONError) in
                let isPin = name == "pinned"
                let start = reader.position
                try reader.skipValue()
                if isPin { member = start - key.count..<reader.position }
            }
        }
        guard isRead != nil else { return nil }
        var changed = bytes
        if var member {
            guard member.lowerBound > 0, changed[member].starts(with: key) else { return nil }
            // With the comma behind it or, as the last member, the one before it.
            if changed[member.upperBound] == UInt8(ascii: ",") {
                member = member.lowerBound..<member.upperBound + 1
            } else if changed[member.lowerBound - 1] == UInt8(ascii: ",") {
                member = member.lowerBound - 1..<member.upperBound
            }
            changed.removeSubrange(member)
        }
        if isPinned { changed.insert(contentsOf: key + Array("true,".utf8), at: 1) }
        return changed
    }
}
