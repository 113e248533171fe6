"""Writes src/core/tokenizer/unicodeRanges.ts: the character classes BERT's tokenizer uses.

Hugging Face's `tokenizers` classifies characters by tables of its own, older than today's
Unicode (494 marks and 141 punctuation characters of Unicode 17 are missing in them). A model
was trained with those tables, so they are read from the library itself, every code point once.

    python -m venv .venv && .venv/bin/pip install 'tokenizers==0.22.2'
    .venv/bin/python test/golden/make_unicode_ranges.py
"""

import unicodedata
from pathlib import Path

from tokenizers import __version__, normalizers, pre_tokenizers

OUT = Path(__file__).parents[2] / "src/core/tokenizer/unicodeRanges.ts"
# NFD of characters newer than the library's tables; unicodedata is older still, so named here.
NEWER_DECOMPOSABLE = (
    "105c9 105e4 11383 11385 1138e 11391 113c5 113c7 113c8 11938 16121-16128 16d68-16d6a"
)


def bert(**on):
    off = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**off, **on})


def sweep():
    clean, chinese, strip = (
        bert(clean_text=True),
        bert(handle_chinese_chars=True),
        bert(strip_accents=True),
    )
    split = pre_tokenizers.BertPreTokenizer()
    classes = {name: [] for name in ("REMOVED", "WHITESPACE", "NONSPACING_MARK", "CJK", "PUNCTUATION")}
    for code in range(0x110000):
        if 0xD800 <= code < 0xE000:
            continue
        char = chr(code)
        cleaned = clean.normalize_str(char)
        if cleaned == "":
            classes["REMOVED"].append(code)
        elif cleaned == " ":
            classes["WHITESPACE"].append(code)
        if chinese.normalize_str(char) != char:
            classes["CJK"].append(code)
        if strip.normalize_str(char) == "":
            classes["NONSPACING_MARK"].append(code)
        if [word for word, _ in split.pre_tokenize_str(f"a{char}a")] == ["a", char, "a"]:
            classes["PUNCTUATION"].append(code)
    for span in NEWER_DECOMPOSABLE.split():
        first, last = (int(end, 16) for end in (span.split("-") * 2)[:2])
        for code in range(first, last + 1):
            assert strip.normalize_str(chr(code)) == chr(code), hex(code)
    return classes


def ranges(codes):
    spans = []
    for code in codes:
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return " ".join(f"{a:x}" if a == b else f"{a:x}-{b:x}" for a, b in spans)


def lines(text, width=90):
    out, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            out.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*out, line]


DOC = {
    "REMOVED": "Control, format and private-use characters, U+0000 and U+FFFD: dropped from the text.",
    "WHITESPACE": "Read as a space. U+000B, U+000C and U+0085 are not here: they are dropped.",
    "NONSPACING_MARK": "General category Mn: dropped where accents are stripped.",
    "CJK": "Ideographs, each a word of its own.",
    "PUNCTUATION": "General category P and every ASCII character that is no letter, digit or space.",
    "KEPT_COMPOSED": "Characters with an NFD form today that the library does not know.",
}


def main():
    classes = {name: ranges(codes) for name, codes in sweep().items()}
    classes["KEPT_COMPOSED"] = NEWER_DECOMPOSABLE
    parts = [
        f"// Written by test/golden/make_unicode_ranges.py from tokenizers {__version__}; not edited by hand.",
        "// Inclusive ranges of code points in hexadecimal.",
    ]
    for name, text in classes.items():
        rows = lines(text)
        parts += ["", f"/** {DOC[name]} */"]
        if len(rows) == 1 and len(f"export const {name} = '{text}'") <= 100:
            parts.append(f"export const {name} = '{text}'")
        else:
            parts += [f"export const {name} = `", *rows, "`"]
    OUT.write_text("\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
