import ConversationHistory
import ConversationHistoryLibrary

/// The clauses B: damage, versions and unknown content.
extension HistoryStoreConformance {
    func everySnapshotCanBeStored() async throws {
        var generator = SnapshotGenerator(samples: samples, seed: seed)
        var store = try await make()
        for round in 1...max(1, roundCount) {
            let snapshot = try generator.next()
            try await store.save(snapshot)
            try await expect(store, holds: snapshot, "With seed \(seed), after round \(round)")
            if let reopen, round.isMultiple(of: 7) {
                store = try await reopen(store)
                try await expect(store, holds: snapshot, "With seed \(seed), reopened after round \(round)")
            }
        }
    }

    func damageIsAnError() async throws {
        let raw = try requireRawAccess()
        let store = try await make()
        let secret = "vermilion-halyard"
        var old = Snapshot(messages: [SampleSnapshots.plainest(of: samples)])
        old.title = secret
        old.metadata = ["note": .string(secret)]
        try await store.save(old)
        var new = old
        try new.append(SampleSnapshots.plainest(of: samples))
        try await store.save(new)
        let sound = try await raw.read(store)

        func load(_ bytes: [UInt8], _ name: String, mayHold allowed: [Snapshot]) async throws {
            try await raw.write(store, bytes)
            // Without another instance, this one must notice the damage.
            let reader = try await reopen?(store) ?? store
            let loaded: Snapshot?
            do { loaded = try await reader.load() } catch {
                guard !"\(error)".contains(secret) else {
                    throw fail("The error about \(name) quotes the conversation.")
                }
                return
            }
            guard let loaded else { throw fail("\(name) loaded as nil.") }
            guard allowed.contains(where: { SnapshotDifference.between($0, loaded) == nil }) else {
                throw fail("\(name) loaded as a snapshot that was never saved.")
            }
        }

        for (name, bytes) in SampleSnapshots.damaged { try await load(bytes, name, mayHold: []) }
        for count in 1..<max(1, sound.count) {
            try await load(Array(sound[..<count]), "A history that was cut after byte \(count)", mayHold: [old, new])
        }
        try await raw.write(store, sound)
        try await expect(try await reopen?(store) ?? store, holds: new, "After the bytes were restored")
    }

    func damageIsNotWrittenOver() async throws {
        let raw = try requireRawAccess()
        for (name, damage) in SampleSnapshots.damaged {
            let store = try await make()
            try await store.save(snapshot(1))
            let sound = try await raw.read(store)
            try await raw.write(store, damage)
            let instance = try await reopen?(store) ?? store
            try await expectRefusal(of: damage, by: instance, raw, name)
            try await raw.write(store, sound)
            try await expect(instance, holds: snapshot(1), "After \(name) was repaired")
            try await instance.save(snapshot(2))
            try await expect(instance, holds: snapshot(2), "After \(name) was repaired and a snapshot was saved")
        }
    }

    func newerVersionIsRefused() async throws {
        let raw = try requireRawAccess()
        guard let newer = raw.newerVersion else {
            throw ConformanceFinding.skipped("The stored form has no versions: `newerVersion` is nil.")
        }
        let store = try await make()
        try await store.save(snapshot(1))
        try await raw.write(store, newer)
        let instance = try await reopen?(store) ?? store
        do {
            _ = try await instance.load()
        } catch {
            guard let code = errorCode(of: error) else {
                throw ConformanceFinding.skipped("The kind of the error is unknown. Pass an `errorCode` closure.")
            }
            guard code == .newerVersion else {
                throw fail("The error does not say that the version is newer: \(error)")
            }
            try await expectRefusal(of: newer, by: instance, raw, "a newer version")
            return
        }
        throw fail("The newer version was loaded.")
    }

    func anotherTypeIsNoDamage() async throws {
        let raw = try requireRawAccess()
        let store = try await make()
        try await store.save(Snapshot(messages: [SampleSnapshots.plainest(of: samples)]))
        guard let bytes = SampleSnapshots.withUndecodableMessage(try await raw.read(store), Message.self) else {
            throw ConformanceFinding.skipped(
                "The stored form is not this package's, or the message type decodes any JSON value."
            )
        }
        try await raw.write(store, bytes)
        let instance = try await reopen?(store) ?? store
        do {
            _ = try await instance.load()
        } catch {
            guard let code = errorCode(of: error) else {
                throw ConformanceFinding.skipped("The kind of the error is unknown. Pass an `errorCode` closure.")
            }
            guard code != .damaged, code != .notAHistory else {
                throw fail("An intact history is reported as damaged or as no history: \(error)")
            }
            try await expectRefusal(of: bytes, by: instance, raw, "a message that does not decode")
            return
        }
        throw fail("The history was loaded.")
    }

    private func expectRefusal(of bytes: [UInt8], by store: Store, _ raw: RawAccess, _ name: String) async throws {
        let failed: Bool
        do {
            _ = try await store.load()
            failed = false
        } catch { failed = true }
        guard failed else { throw fail("The load of \(name) didn't fail.") }
        let refused: Bool
        do {
            try await store.save(snapshot(2))
            refused = false
        } catch { refused = true }
        guard refused, try await raw.read(store) == bytes else {
            throw fail("After the failed load of \(name), a save was not refused, or it overwrote the data.")
        }
    }

    func unknownKindsAreKept() async throws {
        try await expectKept(try SampleSnapshots.withUnknownKinds(samples))
    }

    func unknownMembersAreKept() async throws {
        try await expectKept(try SampleSnapshots.withUnknownMembers(samples))
    }

    func loneSurrogatesAreKept() async throws {
        try await expectKept(try SampleSnapshots.withLoneSurrogate(samples))
    }

    /// Saves and loads a snapshot, appends to the loaded one and saves it.
    private func expectKept(_ snapshot: Snapshot) async throws {
        var store = try await make()
        try await store.save(snapshot)
        if let reopen { store = try await reopen(store) }
        guard var loaded = try await store.load() else { throw fail("load returned nil.") }
        if let difference = SnapshotDifference.between(snapshot, loaded) { throw fail("After a save, \(difference)") }
        try loaded.append(samples[0])
        try await store.save(loaded)
        if let reopen { store = try await reopen(store) }
        try await expect(store, holds: loaded, "After a load and a save")
    }
}
