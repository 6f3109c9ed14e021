#!/usr/bin/env python3
"""Writes Sources/ConversationHistoryLibrary/Search/Words/SearchCharacters+Data.swift.

Usage: search_characters.py FOLDER > SearchCharacters+Data.swift

FOLDER holds the Unicode Character Database, as Debian's package `unicode-data` has it. The rules are in the functions
`folded` and `kind`; the form of the output is explained in what this prints. What comes out is what stored indexes were
made with: after a change, raise `SearchTokenizer.version`.
"""
import re
import sys

FOLDER = sys.argv[1]
UNICODE = range(0x110000)


def lines(name):
    with open(f"{FOLDER}/{name}", encoding="utf-8") as file:
        for line in file:
            line = line.split("#")[0].strip()
            if line:
                yield [field.strip() for field in line.split(";")]


def property_table(name, default=None):
    table = {}
    for fields in lines(name):
        first, _, last = fields[0].partition("..")
        for scalar in range(int(first, 16), int(last or first, 16) + 1):
            table.setdefault(scalar, []).append(fields[1])
    return table


category, combining, decomposition, compatible, names, digits = {}, {}, {}, {}, {}, {}
first = None
for fields in lines("UnicodeData.txt"):
    scalar, name = int(fields[0], 16), fields[1]
    if name.endswith("First>"):
        first = scalar
        continue
    for each in range(first if name.endswith("Last>") else scalar, scalar + 1):
        category[each] = fields[2]
    names[scalar] = name
    if fields[3] != "0":
        combining[scalar] = int(fields[3])
    if fields[6]:
        digits[scalar] = int(fields[6])
    if fields[5]:
        kind_of, _, rest = fields[5].rpartition("> ")
        (compatible if kind_of else decomposition)[scalar] = [int(part, 16) for part in rest.split()]

case_folding = {}
for fields in lines("CaseFolding.txt"):
    if fields[1] in "CF":
        case_folding[int(fields[0], 16)] = [int(part, 16) for part in fields[2].split()]

script = {scalar: values[0] for scalar, values in property_table("Scripts.txt").items()}
line_break = {scalar: values[0] for scalar, values in property_table("LineBreak.txt").items()}
derived = property_table("DerivedCoreProperties.txt")
listed = property_table("PropList.txt")
emoji = property_table("emoji/emoji-data.txt")

# Letters that have no decomposition, and what is typed for them.
LATIN = {0xE6: "ae", 0x153: "oe", 0xF0: "d", 0xFE: "th", 0x131: "i", 0x237: "j"}
ARABIC = {0x649: "\u064A", 0x6CC: "\u064A", 0x6A9: "\u0643", 0x629: "\u0647"}
# Letters by category that are written for apostrophes and primes.
APOSTROPHES = {0x2B9, 0x2BA, 0x2BB, 0x2BC, 0x2BD}
TATWEEL, ZERO_WIDTH_SPACE, VOICING = 0x640, 0x200B, {0x3099, 0x309A}
ACCENTED = {"Inherited", "Common", "Latin", "Greek", "Cyrillic", "Hebrew", "Arabic", "Syriac"}
BY_CHARACTER = {
    "Han", "Hiragana", "Katakana", "Hangul", "Bopomofo", "Yi", "Tangut", "Nushu", "Khitan_Small_Script",
}


def is_emoji(scalar):
    if "Extended_Pictographic" in emoji.get(scalar, []):
        return True
    return 0x2600 <= scalar <= 0x27BF and category.get(scalar) == "So"


def kind(scalar):
    """What a scalar is that is not folded to others."""
    what = category.get(scalar, "Cn")
    if scalar == ZERO_WIDTH_SPACE or scalar in APOSTROPHES:
        return "-"
    if 0x1F3FB <= scalar <= 0x1F3FF:
        return "skin"
    if 0x1F1E6 <= scalar <= 0x1F1FF:
        return "flag"
    if scalar > 0x7F and is_emoji(scalar):
        return "emoji"
    if scalar == TATWEEL or "Default_Ignorable_Code_Point" in derived.get(scalar, []):
        return "ignored"
    if what == "Me":
        return "ignored"
    if what in ("Mn", "Mc"):
        dropped = script.get(scalar) in ACCENTED and scalar not in VOICING
        return "ignored" if dropped else f"mark{combining.get(scalar, 0)}"
    if what == "Cn":
        if scalar & 0xFFFE == 0xFFFE or 0xFDD0 <= scalar <= 0xFDEF:
            return "-"
        if scalar >> 16 in (2, 3):
            return "single"
        return "word" if scalar >> 16 < 2 else "-"
    if what[0] == "L" or what == "Nl":
        if script.get(scalar) in BY_CHARACTER or line_break.get(scalar) == "SA":
            return "single"
        if "Ideographic" in listed.get(scalar, []) or scalar == 0x30FC:
            return "single"
        return "word" if what[0] == "L" else "single"
    if what == "Nd":
        return "word"
    return "single" if what == "No" else "-"


def decomposed(scalar, with_compatible):
    if scalar in decomposition:
        parts = decomposition[scalar]
    elif with_compatible and scalar in compatible:
        parts = compatible[scalar]
    else:
        return [scalar]
    return [each for part in parts for each in decomposed(part, with_compatible)]


def simplified(scalars):
    """Decomposed scalars without accents, lower case, and with plain letters."""
    while True:
        result = []
        for scalar in scalars:
            if kind(scalar) == "ignored" or scalar in APOSTROPHES:
                continue
            latin = re.match(r"LATIN SMALL LETTER ([A-Z]) WITH ", names.get(scalar, ""))
            if scalar in digits and category[scalar] == "Nd":
                result.append(0x30 + digits[scalar])
            elif scalar in case_folding:
                result += [each for part in case_folding[scalar] for each in decomposed(part, False)]
            elif latin and scalar not in decomposition:
                result.append(ord(latin[1].lower()))
            else:
                result += [ord(each) for each in LATIN.get(scalar, ARABIC.get(scalar, chr(scalar)))]
        if result == scalars:
            return result
        scalars = result


def folded(scalar):
    """What search reads instead of a scalar."""
    if kind(scalar) in ("emoji", "skin", "flag", "ignored"):
        return [scalar]
    if 0xAC00 <= scalar <= 0xD7A3:
        return [scalar]
    # The compatibility letters of Hangul stand for themselves ("ㅋㅋ"), and so do those within Thai and Lao words.
    if 0xFF61 <= scalar <= 0xFFDC and script.get(scalar) == "Hangul":
        return compatible[scalar]
    plain = simplified(decomposed(scalar, False))
    if 0x3130 <= scalar <= 0x318F or line_break.get(scalar) == "SA":
        return plain
    wide = simplified(decomposed(scalar, True))
    if wide and all(kind(each) != "-" for each in wide):
        return wide
    return plain


kinds, folds = {}, {}
for scalar in UNICODE:
    if 0xD800 <= scalar <= 0xDFFF:
        continue
    target = folded(scalar)
    if all(kind(each) in ("-", "ignored") for each in target):
        kinds[scalar] = "ignored" if kind(scalar) == "ignored" else "-"
    elif target == [scalar]:
        kinds[scalar] = kind(scalar)
    else:
        assert all(folded(each) == [each] and kind(each) != "-" for each in target), hex(scalar)
        folds[scalar] = target

# Scalars that are folded belong to no kind, so a run of a kind may pass over them.
runs = []
for scalar in sorted(kinds):
    what = kinds[scalar]
    if runs and runs[-1][0] == what:
        runs[-1][2] = scalar
    else:
        runs.append([what, scalar, scalar])

# Folds: runs of scalars at the same distance whose targets are the same, or one scalar each at the same distance.
groups = []
pending = sorted(folds)
while pending:
    best = None
    for stride in (1, 2):
        for step in (0, 1, 2):
            count = 1
            start = pending[0]
            target = folds[start]
            while True:
                expected = target if step == 0 else [target[0] + step * count]
                if step and len(target) > 1 or folds.get(start + stride * count) != expected:
                    break
                count += 1
            if best is None or count > best[0]:
                best = (count, stride, step)
    count, stride, step = best
    groups.append((pending[0], count, stride, step, folds[pending[0]]))
    taken = {pending[0] + stride * each for each in range(count)}
    for each in taken:
        del folds[each]
    pending = [each for each in pending if each not in taken]


def wrapped(words, width=112):
    line = ""
    for word in words:
        if len(line) + 1 + len(word) > width:
            yield line
            line = ""
        line += (" " if line else "") + word
    yield line


CODES = {"word": "w", "single": "s", "ignored": "i", "emoji": "e", "flag": "f", "skin": "k"}
words, position = [], 0
for what, start, end in runs:
    code = "-" if what == "-" else CODES.get(what) or "m" + what[4:]
    if what != "-":
        words.append(f"{start - position:x}{'+%x' % (end - start) if end > start else ''}.{code}")
        position = end
kind_words, words, position = words, [], 0
for start, count, stride, step, target in groups:
    word = f"{start - position:x}"
    if count > 1:
        word += f"+{count - 1:x}" + (f"/{stride}" if stride > 1 else "")
    word += "=" + ",".join(f"{each:x}" for each in target) + (f"+{step}" if step else "")
    words.append(word)
    position = start

print("// Made by Fixtures/Unicode/search_characters.py from the Unicode Character Database 15.0; not to be edited.\n")
print("extension SearchCharacters {")
for comment, name, words in (
    ("""    /// The kinds of the scalars that are not folded, as runs; all others are separators.
    ///
    /// `START+MORE.KIND`, in hexadecimal: the run's first scalar as a distance from the last of the run before, how many
    /// follow it, and the kind: `w`ord, `s`ingle, `i`gnored, `e`moji, `f`lag, s`k`in, or `m`ark with its combining class
    /// in decimal. A run may pass over folded scalars.""", "kindData", kind_words),
    ("""    /// What search reads instead of the scalars that are folded, as runs.
    ///
    /// `START+MORE/STRIDE=TARGET,TARGET+STEP`, in hexadecimal: the run's first scalar as a distance (of either sign) from
    /// the first of the run before, how many follow it and how far apart, and the scalars read instead; with a step, the
    /// target of each is so much greater than that of the one before.""", "foldData", words),
):
    print(comment)
    print(f'    static let {name}: StaticString = """')
    for line in wrapped(words):
        print(f"        {line}")
    print('        """' + ("\n" if name == "kindData" else ""))
print("}")
