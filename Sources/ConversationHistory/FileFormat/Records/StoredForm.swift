/// A JSON object as it was read, and as it would have been written at that moment.
///
/// It is kept where the two differ: if the stored text contains unknown members, or something that the Swift value
/// cannot represent, such as half of a surrogate pair.
package struct StoredForm: Sendable {
    /// The object as it was read, without white space between its tokens.
    let text: [UInt8]

    /// The object as it would have been written.
    let written: [UInt8]

    /// Returns the stored text with only the changes of an edit applied.
    ///
    /// A value that would be written as before keeps its stored text. If a value has changed and is an object or an
    /// array in all three texts, its contents are merged in the same way.
    ///
    /// - Parameters:
    ///   - new: The object as it would be written now.
    ///   - depth: The number of levels that are merged; a changed value below them is replaced as a whole.
    func updated(to new: [UInt8], depth: Int = deepest) -> [UInt8] {
        guard written != new else { return text }
        return Self.withPadding(text) { stored in
            Self.withPadding(written) { old in
                Self.withPadding(new) { new in
                    var merge = StoredFormMerge(stored: stored, old: old, new: new, depth: depth)
                    merge.merge(0..<stored.count, 0..<old.count, 0..<new.count, level: 0)
                    return merge.result
                }
            }
        }
    }

    /// The default depth of merging, which is limited because recursion takes stack and a thread may have little of it.
    static let deepest = 48

    fileprivate static func withPadding<Result>(
        _ bytes: [UInt8],
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        var text = JSONWriter(capacity: bytes.count + JSONReader.padding)
        text.append(bytes)
        return text.withPaddedBytes(body)
    }
}

/// A merge of a stored text with a changed value.
///
/// This package has read or written all three texts: they are valid JSON, without white space between the tokens.
private struct StoredFormMerge {
    typealias Member = JSONMember

    let stored: UnsafeRawBufferPointer
    let old: UnsafeRawBufferPointer
    let new: UnsafeRawBufferPointer
    let depth: Int
    var result: [UInt8] = []

    /// Appends the merged value of the ranges in the three texts.
    mutating func merge(_ stored: Range<Int>, _ old: Range<Int>, _ new: Range<Int>, level: Int) {
        if isSame(old, new) { return result.append(contentsOf: self.stored[stored]) }
        let first = self.new[new.lowerBound]
        guard level < depth, self.stored[stored.lowerBound] == first, self.old[old.lowerBound] == first else {
            return result.append(contentsOf: self.new[new])
        }
        if first == JSONBytes.openBrace {
            mergeObjects(stored, old, new, level: level)
        } else if first == JSONBytes.openBracket {
            mergeArrays(stored, old, new, level: level)
        } else {
            result.append(contentsOf: self.new[new])
        }
    }

    private func isSame(_ old: Range<Int>, _ new: Range<Int>) -> Bool {
        old.count == new.count && self.old[old].elementsEqual(self.new[new])
    }

    // MARK: - Objects

    private mutating func mergeObjects(_ stored: Range<Int>, _ old: Range<Int>, _ new: Range<Int>, level: Int) {
        let (members, newMembers) = (Member.all(of: self.stored, in: stored), Member.all(of: self.new, in: new))
        let before = Dictionary(grouping: Member.all(of: self.old, in: old), by: \.key)
        let after = Dictionary(grouping: newMembers, by: \.key)
        let counts = Dictionary(grouping: members, by: \.key).mapValues(\.count)
        var parts: [(key: ByteString, text: [UInt8])] = []
        var seen: [ByteString: Int] = [:]
        for member in members {
            let place = seen[member.key, default: 0]
            seen[member.key] = place + 1
            let (was, isNow) = (before[member.key] ?? [], after[member.key] ?? [])
            if was.count == isNow.count, zip(was, isNow).allSatisfy({ isSame($0.value, $1.value) }) {
                // The member is unchanged or unknown.
                parts.append((member.key, Array(self.stored[member.whole])))
            } else if was.count == isNow.count, was.count == counts[member.key] {
                let rest = result
                result = Array(self.stored[member.whole.lowerBound..<member.value.lowerBound])
                merge(member.value, was[place].value, isNow[place].value, level: level + 1)
                parts.append((member.key, result))
                result = rest
            } else if place == 0 {
                // The stored object has another number of members with this key than is known, so all of them are
                // replaced.
                for member in isNow { parts.append((member.key, Array(self.new[member.whole]))) }
            }
        }
        insert(newMembers.filter { counts[$0.key] == nil }, before, after, newMembers, into: &parts)
        result.append(JSONBytes.openBrace)
        for (index, part) in parts.enumerated() {
            if index > 0 { result.append(JSONBytes.comma) }
            result.append(contentsOf: part.text)
        }
        result.append(JSONBytes.closeBrace)
    }

    /// Adds the members that the stored object lacks, each after the member that it would be written after.
    private func insert(
        _ missing: [Member],
        _ before: [ByteString: [Member]],
        _ after: [ByteString: [Member]],
        _ newMembers: [Member],
        into parts: inout [(key: ByteString, text: [UInt8])]
    ) {
        for member in missing {
            let (was, isNow) = (before[member.key] ?? [], after[member.key] ?? [])
            // An unchanged member that the stored object lacks has its default value, so it stays out.
            if was.count == isNow.count, zip(was, isNow).allSatisfy({ isSame($0.value, $1.value) }) { continue }
            var place = 0
            for other in newMembers.prefix(while: { $0.whole.lowerBound < member.whole.lowerBound }).reversed() {
                guard let index = parts.lastIndex(where: { $0.key == other.key }) else { continue }
                place = index + 1
                break
            }
            parts.insert((member.key, Array(new[member.whole])), at: place)
        }
    }

    // MARK: - Arrays

    private mutating func mergeArrays(_ stored: Range<Int>, _ old: Range<Int>, _ new: Range<Int>, level: Int) {
        let (elements, before) = (Self.elements(of: self.stored, in: stored), Self.elements(of: self.old, in: old))
        let after = Self.elements(of: self.new, in: new)
        // Elements can be matched only if reading has kept their number.
        guard elements.count == before.count else { return result.append(contentsOf: self.new[new]) }
        let most = min(before.count, after.count)
        var start = 0
        while start < most, isSame(before[start], after[start]) { start += 1 }
        var end = 0
        while end < most - start, isSame(before[before.count - 1 - end], after[after.count - 1 - end]) { end += 1 }
        result.append(JSONBytes.openBracket)
        for index in after.indices {
            if index > 0 { result.append(JSONBytes.comma) }
            if index >= after.count - end {
                result.append(contentsOf: self.stored[elements[index - after.count + before.count]])
            } else if index < start || before.count == after.count {
                merge(elements[index], before[index], after[index], level: level + 1)
            } else {
                result.append(contentsOf: self.new[after[index]])
            }
        }
        result.append(JSONBytes.closeBracket)
    }

    private static func elements(of text: UnsafeRawBufferPointer, in range: Range<Int>) -> [Range<Int>] {
        var elements: [Range<Int>] = []
        var reader = JSONReader(text, maximumDepth: HistoryFormat.maximumDepth * 2)
        reader.position = range.lowerBound
        do throws(JSONError) {
            try reader.readArray { reader throws(JSONError) in
                let place = reader.position
                try reader.skipValue()
                elements.append(place..<reader.position)
            }
        } catch {
            // This package has read or written every text here, within a smaller depth limit than the reader has here.
            preconditionFailure("What was read or written as JSON is not JSON.")
        }
        return elements
    }
}

/// The location of an object's member in a text.
private struct JSONMember {
    var key: ByteString
    /// The range from the opening quote of the key to the end of the value.
    var whole: Range<Int>
    var value: Range<Int>

    /// Returns the members of an object that was read or written before.
    static func all(of text: UnsafeRawBufferPointer, in range: Range<Int>) -> [JSONMember] {
        var members: [JSONMember] = []
        var reader = JSONReader(text, maximumDepth: HistoryFormat.maximumDepth * 2)
        reader.position = range.lowerBound
        do throws(JSONError) {
            try reader.readObject { key, reader throws(JSONError) in
                let start = key.start - 1 - reader.start
                let place = reader.position
                let name = ByteString(key.string)
                try reader.skipValue()
                members.append(JSONMember(key: name, whole: start..<reader.position, value: place..<reader.position))
            }
        } catch {
            // As in `elements(of:in:)`, this package has read or written the text.
            preconditionFailure("What was read or written as JSON is not JSON.")
        }
        return members
    }
}

extension [UInt8] {
    /// Returns the object, which was read before, without some of its members.
    func removingMembers(_ keys: [ByteString]) -> [UInt8] {
        StoredForm.withPadding(self) { text in
            let kept = JSONMember.all(of: text, in: 0..<text.count).filter { !keys.contains($0.key) }
            let parts = kept.map { Array(text[$0.whole]) }
            return [JSONBytes.openBrace] + Array(parts.joined(separator: [JSONBytes.comma])) + [JSONBytes.closeBrace]
        }
    }
}

extension [UInt8] {
    /// Returns the object in the first member of this object, with the other members of this object added to it.
    ///
    /// - Parameter names: The names that are not added because they would have a meaning in the inner object.
    func joiningMembers(besides names: [String]) -> [UInt8] {
        StoredForm.withPadding(self) { text in
            let members = JSONMember.all(of: text, in: 0..<text.count)
            guard let first = members.first?.value else { return self }
            let others = members.dropFirst().filter { member in
                !names.contains { member.key == ByteString($0) }
            }
            return Array(text[first].dropLast()) + others.flatMap { [JSONBytes.comma] + Array(text[$0.whole]) }
                + [JSONBytes.closeBrace]
        }
    }
}

extension JSONWriter {
    /// Writes the members of an object that is given as text, each after a comma.
    mutating func append(members object: [UInt8]) {
        guard object.count > 2 else { return }
        append(JSONBytes.comma)
        object.withUnsafeBytes { append(UnsafeRawBufferPointer(rebasing: $0[1..<object.count - 1])) }
    }
}
