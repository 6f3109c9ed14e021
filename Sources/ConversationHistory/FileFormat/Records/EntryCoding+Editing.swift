extension SharedList.Box {
    /// Returns a pinned or unpinned entry; of its stored form, all else is kept.
    ///
    /// Nothing of the message's type is run.
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

    /// Returns the box of an entry that was changed: of the stored form, it keeps what the change does not touch.
    func box(of entry: HistoryEntry<Message>, replacing old: Box) -> Box {
        guard let stored = old.verbatim, let written = bytes(of: old.value), let new = bytes(of: entry) else {
            return Box(entry)
        }
        let form = StoredForm(text: stored, written: written)
        // A type may read what it does not write, such as members of an earlier version. An edit within such a message
        // would then not count, and the message is written anew as a whole.
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
            // What cannot be written is refused before it is put in a list; there is nothing to compare.
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
    /// Returns the box of a turn that was changed: of the stored record, it keeps what the change does not touch.
    func box(of turn: Turn, replacing old: SharedList<Turn>.Box) -> SharedList<Turn>.Box {
        guard let stored = old.verbatim, let written = bytes(of: old.value), let new = bytes(of: turn) else {
            return .init(turn)
        }
        return .init(turn, verbatim: StoredForm(text: stored, written: written).updated(to: new))
    }

    /// Returns the box of a rewind that has just taken some turns: of their stored records, it keeps everything.
    ///
    /// What a record holds beside its turn becomes part of the turn, for which there is no record any more.
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
        // The turns come last, as long as nothing else is known of the rewind.
        var writer = JSONWriter(capacity: 1024)
        let empty = RewoundHistory(date: rewound.date, position: rewound.position, entries: rewound.entries, turns: [])
        do throws(SnapshotError) { try write(.rewound(.init(empty)), to: &writer) } catch {
            // As of an entry.
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
            // What cannot be read is not kept.
            return try? read(from: &reader, taken: entries, &fault)
        }
        guard case .rewound(let box, _, _)? = record else { return nil }
        return box
    }

    private func bytes(of turn: Turn) -> [UInt8]? {
        var writer = JSONWriter(capacity: 512)
        do throws(SnapshotError) { try write(.turn(.init(turn)), to: &writer) } catch {
            // As of an entry.
            return nil
        }
        return writer.withUnsafeBytes(Array.init)
    }
}
