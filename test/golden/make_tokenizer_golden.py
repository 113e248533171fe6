"""Writes test/fixtures/tokenizer/golden.json: what Hugging Face's fast BERT tokenizer gives.

    python -m venv .venv
    .venv/bin/pip install 'transformers==4.57.6' 'tokenizers==0.22.2'
    .venv/bin/python test/golden/make_tokenizer_golden.py

The starter model must be in the cache ($HEADWAY_CACHE or ~/.cache/headway); `npm test` puts it
there. Also writes cased-vocab.txt (where absent) and codepoints.json. The fields of each file are
described in test/golden/readTokenizerGolden.ts, which reads them.
"""

import hashlib
import json
import os
import pkgutil
from importlib.util import find_spec
from pathlib import Path

import tokenizers
import transformers
from tokenizers import BertWordPieceTokenizer, normalizers, pre_tokenizers
from transformers import BertTokenizerFast

FIXTURES = Path(__file__).parents[1] / "fixtures/tokenizer"
CACHE = Path(os.environ.get("HEADWAY_CACHE") or Path.home() / ".cache/headway")
STARTER_VOCAB = CACHE / "models/sentence-transformers--all-MiniLM-L6-v2/vocab.txt"
CASED_VOCAB = FIXTURES / "cased-vocab.txt"
LONG = 700

SETUPS = {
    "uncased": (STARTER_VOCAB, dict(do_lower_case=True)),
    "cased": (CASED_VOCAB, dict(do_lower_case=False)),
    "lower-case, accents kept": (STARTER_VOCAB, dict(do_lower_case=True, strip_accents=False)),
    "cased, accents stripped": (CASED_VOCAB, dict(do_lower_case=False, strip_accents=True)),
    "uncased, ideographs joined": (
        STARTER_VOCAB,
        dict(do_lower_case=True, tokenize_chinese_chars=False),
    ),
}

# Indices are spread over texts.json by the steps; these lists are what a token head gets.
WORD_LISTS = [
    [],
    [""],
    ["Hello"],
    ["EU", "rejects", "German", "call", "to", "boycott", "British", "lamb", "."],
    ["Peter", "Blackburn"],
    ["don't", "won't", "O'Neill-Smith", "U.S.A."],
    ["", "a", "", "b", ""],
    ["\u200b", "x", "\u0007", "y", "\ufffd"],
    ["two words", " padded ", "tab\there"],
    ["[SEP]", "[MASK]", "a[MASK]b", "[sep]"],
    ["한국어", "위키백과", "中文", "日本語テスト"],
    ["e\u0301te\u0301", "\u0301", "İstanbul", "Straße", "ﬁnance"],
    ["👨‍👩‍👧‍👦", "👍🏿", "🇬🇧", "❤️"],
    ["a" * 100, "b" * 101, "c"],
    ["https://example.org/a?b=c", "@user", "#tag", "x_y"],
    ["unbelievably", "tokenisation", "Donaudampfschifffahrt"],
    ["...", "--", "?!", "''", "``"],
    ["word"] * 40,
    [str(n * 37) for n in range(60)],
    ["Müller", "&", "Söhne", "AG", "rose", "4.7", "%"],
    ["שלום", "مرحبا", "สวัสดี", "हिन्दी"],
]
PAIR_LENGTHS = [None, 3, 4, 5, 8, 13, 32, 64, 128, 512]
SINGLE_LENGTHS = [2, 3, 10, 33, 128, 512]


def utf16_offsets(text, offsets):
    """Code-point offsets of Hugging Face -> UTF-16 offsets of JavaScript, flat."""
    at = [0]
    for char in text:
        at.append(at[-1] + (2 if ord(char) > 0xFFFF else 1))
    return [at[index] for span in offsets for index in span]


def expected(tokenizer, encoding, sources, tokens):
    offsets = []
    for span, sequence, word in zip(encoding.offsets, encoding.sequence_ids, encoding.word_ids):
        if sequence is None:
            offsets += [0, 0]
        else:
            source = sources[sequence]
            offsets += utf16_offsets(source if isinstance(source, str) else source[word], [span])
    out = {
        "ids": encoding.ids,
        "types": "".join(str(t) for t in encoding.type_ids),
        "offsets": offsets,
        "sequences": "".join("-" if s is None else str(s) for s in encoding.sequence_ids),
        "words": [-1 if w is None else w for w in encoding.word_ids],
    }
    if tokens:
        out["tokens"] = encoding.tokens
    return out


def case(tokenizer, setup, sources, inputs, max_length=None, tokens=False):
    limit = dict(truncation=True, max_length=max_length) if max_length else {}
    split = not isinstance(sources[0], str)
    # As a batch of one: given alone, an empty second text would be taken for none.
    batch = [[source] for source in sources]
    result = tokenizer(*batch, is_split_into_words=split, verbose=False, **limit)
    full = tokenizer(*batch, is_split_into_words=split, verbose=False)
    return {
        "setup": setup,
        **inputs,
        **({"maxLength": max_length} if max_length else {}),
        **expected(tokenizer, result.encodings[0], sources, tokens),
        "overflow": len(full["input_ids"][0]) - len(result["input_ids"][0]),
    }


def cases(setup, tokenizer, texts):
    full = setup == "uncased"
    count = len(texts)
    for index, text in enumerate(texts):
        if full or len(text) < LONG:
            yield case(tokenizer, setup, [text], {"text": index}, tokens=full)
    if setup not in ("uncased", "cased"):
        return
    for step, length in enumerate(SINGLE_LENGTHS):
        for index in [*range(step, count, 60), *(i for i, t in enumerate(texts) if len(t) >= LONG)]:
            if full or len(texts[index]) < LONG:
                yield case(tokenizer, setup, [texts[index]], {"text": index}, length)
    for step, length in enumerate(PAIR_LENGTHS if full else [None, 9, 40]):
        for number in range(14):
            first, second = (number * 31 + step * 7) % count, (number * 53 + step * 11 + 5) % count
            pair = {"text": first, "pair": second}
            yield case(tokenizer, setup, [texts[first], texts[second]], pair, length)
    longs = [i for i, t in enumerate(texts) if len(t) >= LONG][:6] if full else []
    for first, second in zip(longs, longs[1:] + longs[:1]):
        for length in (64, 127, 512):
            pair = {"text": first, "pair": second}
            yield case(tokenizer, setup, [texts[first], texts[second]], pair, length)
    for number, words in enumerate(WORD_LISTS):
        for length in (None, 12):
            yield case(tokenizer, setup, [words], {"wordList": number}, length)


def train_cased_vocab(texts):
    """A small cased vocabulary of our own; commit it: training is not the same every time."""
    corpus = list(texts) * 3
    for module in pkgutil.iter_modules():
        spec = find_spec(module.name) if not module.ispkg else None
        if spec and spec.origin and "/lib/python3" in spec.origin and "site-packages" not in spec.origin:
            if spec.origin.endswith(".py"):
                corpus.append(Path(spec.origin).read_text(encoding="utf-8", errors="ignore"))
    trainer = BertWordPieceTokenizer(lowercase=False, strip_accents=False)
    trainer.train_from_iterator(
        corpus, vocab_size=5000, min_frequency=2, limit_alphabet=700, show_progress=False
    )
    vocab = sorted(trainer.get_vocab().items(), key=lambda item: item[1])
    CASED_VOCAB.write_text("".join(f"{token}\n" for token, _ in vocab), encoding="utf-8")


def code_point_digests():
    """For each 4096 code points, a digest of the words "a<c>b" becomes, by normalisation."""
    digests = {}
    split = pre_tokenizers.BertPreTokenizer()
    for name, options in {
        "uncased": dict(lowercase=True),
        "cased": dict(lowercase=False),
        "lower-case, accents kept": dict(lowercase=True, strip_accents=False),
        "cased, accents stripped": dict(lowercase=False, strip_accents=True),
        "uncased, ideographs joined": dict(lowercase=True, handle_chinese_chars=False),
    }.items():
        normalizer = normalizers.BertNormalizer(**options)
        digests[name] = []
        for block in range(0, 0x110000, 0x1000):
            digest = hashlib.sha1()
            for code in range(block, block + 0x1000):
                if 0xD800 <= code < 0xE000:
                    continue
                words = split.pre_tokenize_str(normalizer.normalize_str(f"a{chr(code)}b"))
                digest.update(" ".join([word for word, _ in words] + ["\n"]).encode())
            digests[name].append(digest.hexdigest()[:8])
    return digests


def dump(path, head, rows):
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    path.write_text(f"{json.dumps(head)[:-1]},\n\"cases\":[\n{lines}\n]}}\n", encoding="utf-8")


def main():
    texts = json.loads((FIXTURES / "texts.json").read_text(encoding="utf-8"))
    if not CASED_VOCAB.exists():
        train_cased_vocab(texts)
    rows = []
    for setup, (vocab, options) in SETUPS.items():
        tokenizer = BertTokenizerFast(vocab_file=str(vocab), **options)
        rows += cases(setup, tokenizer, texts)
    versions = {"tokenizers": tokenizers.__version__, "transformers": transformers.__version__}
    dump(FIXTURES / "golden.json", {"versions": versions, "wordLists": WORD_LISTS}, rows)
    (FIXTURES / "codepoints.json").write_text(json.dumps(code_point_digests(), indent=1) + "\n")
    print(len(rows), "cases")


if __name__ == "__main__":
    main()
