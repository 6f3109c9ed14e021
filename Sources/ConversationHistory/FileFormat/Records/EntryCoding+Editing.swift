extension SharedList.Box {
    /// Returns the pinned or unpinned entry, keeping the rest of its stored form.
    ///
    /// It runs no code of the message's type.
    func pinned<Message>(_ isPinned: Bool) -> SharedList.Box where Element == HistoryEntry<Message> {
        var entry = value
        entry.isPinned = isPinned
        var text = verbatim?.removingMembers([ByteString("pinned")])
        if isPinned { text?.insert(contentsOf: Array("\"pinned\":true,".utf8), at: 1) }
        return .init(entry, verbatim: text, isInstruction: isInstruction)
    }
}

extension EntryCoding {
    typealias Box = SharedList<HistoryEntry<Message>>.Box

    /// Returns the box of an edited entry, keeping the parts of the stored form that the edit didn't change.
    func box(of entry: HistoryEntry<Message>, replacing old: Box) -> Box {
        guard let stored = old.verbatim, let written = bytes(of: old.value), let new = bytes(of: entry) else {
            return Box(entry)
        }
        let form = StoredForm(text: stored, written: written)
        // A type may read members that it doesn't write, such as those of an earlier version. An edit inside such a
        // message could have no effect on what is read back, so the message is then written anew as a whole.
        for depth in [StoredForm.deepest, 1] {
            guard let read = box(reading: form.updated(to: new, depth: depth)), isSame(read.value, entry) else {
                continue
            }
            return Box(entry, verbatim: read.verbatim)
        }
        return Box(entry)
    }

    private func bytes(of entry: HistoryEntry<Message>) -> [UInt8]? {
        var writer = JSONWriter(capacity: 1024)
        do throws(SnapshotError) { try write(entry, to: &writer) } catch {
            // An entry that cannot be written is refused before it enters a list, so there is no written form to
            // compare.
            return nil
        }
        return writer.withUnsafeBytes(Array.init)
    }

    private func box(reading text: [UInt8]) -> Box? {
        var writer = JSONWriter(capacity: text.count + JSONReader.padding)
        writer.append(text)
        var fault: MessageFault?
        do throws(JSONError) {
            let box = try writer.withPaddedBytes { bytes throws(JSONError) in
                var reader = JSONReader(bytes, maximumDepth: HistoryFormat.maximumDepth)
                return try read(from: &reader, &fault)
            }
            return fault == nil ? box : nil
        } catch { return nil }
    }

    private func isSame(_ left: HistoryEntry<Message>, _ right: HistoryEntry<Message>) -> Bool {
        guard let leftBytes = bytes(of: left), let rightBytes = bytes(of: right) else { return false }
        return leftBytes == rightBytes || left == right && UnorderedJSON.isSame(leftBytes, rightBytes)
    }
}

extension RecordCoding {
    /// Returns the box of an edited turn, keeping the parts of the stored record that the edit didn't change.
    func box(of turn: Turn, replacing old: SharedList<Turn>.Box) -> SharedList<Turn>.Box {
        guard let stored = old.verbatim, let written = bytes(of: old.value), let new = bytes(of: turn) else {
            return .init(turn)
        }
        return .init(turn, verbatim: StoredForm(text: stored, written: written).updated(to: new))
    }

    /// Returns the box of a rewind that has just removed some turns, keeping all of their stored records.
    ///
    /// Members beside the turn in its record become part of the turn, because the turn no longer has a record.
    func box(
        of rewound: RewoundHistory<Message>,
        taking turns: [SharedList<Turn>.Box]
    ) -> SharedList<RewoundHistory<Message>>.Box {
        var rewound = rewound
        rewound.turns = turns.map(\.value)
        guard turns.contains(where: { $0.verbatim != nil }) else { return .init(rewound) }
        var texts: [[UInt8]] = []
        for box in turns {
            guard let known = bytes(of: box.value) else { return .init(rewound) }
            texts.append((box.verbatim ?? known).joiningMembers(besides: TurnCoding.names))
        }
        // The turns come last because a new rewind has no unknown members.
        var writer = JSONWriter(capacity: 1024)
        let empty = RewoundHistory(date: rewound.date, position: rewound.position, entries: rewound.entries, turns: [])
        do throws(SnapshotError) { try write(.rewound(.init(empty)), to: &writer) } catch {
            // As with entries, a value that cannot be written is refused before it enters a list.
            return .init(rewound)
        }
        let end = "]}}".utf8
        let text =
            writer.withUnsafeBytes { Array($0.dropLast(end.count)) } + texts.joined(separator: [JSONBytes.comma]) + end
        return read(text, taking: rewound.entries) ?? .init(rewound)
    }

    private func read(
        _ text: [UInt8],
        taking entries: SharedList<HistoryEntry<Message>>
    ) -> SharedList<RewoundHistory<Message>>.Box? {
        var writer = JSONWriter(capacity: text.count + JSONReader.padding)
        writer.append(text)
        var fault: MessageFault?
        let record = writer.withPaddedBytes { bytes in
            var reader = JSONReader(bytes, maximumDepth: HistoryFormat.maximumDepth)
            // If the text cannot be read, the caller writes the rewind anew.
            return try? read(from: &reader, taken: entries, &fault)
        }
        guard case .rewound(let box, _, _)? = record else { return nil }
        return box
    }

    private func bytes(of turn: Turn) -> [UInt8]? {
        var writer = JSONWriter(capacity: 512)
        do throws(SnapshotError) { try write(.turn(.init(turn)), to: &writer) } catch {
            // As with entries, a value that cannot be written is refused before it enters a list.
            return nil
        }
        return writer.withUnsafeBytes(Array.init)
    }
}
