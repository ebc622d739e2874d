#!/usr/bin/env python3
"""How well rules about words sort real tickets: `topic_rules.json`, written by hand, against the classes in a file.

    .venv/bin/python bench/topics.py FILE [--held-back] [--confusion]

FILE is a gzipped CSV with columns `Document` and `Topic_group`. The rows are parted by a hash of their number: four
fifths were read while the rules were written, one fifth only at the end (`--held-back`). The rules run through
`decide()` as they would in the product. Beside them: always the biggest class, and a naive Bayes classifier that has
learned from the four fifths.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import math
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.local")

import django  # noqa: E402

django.setup()

from escalation.rules.decide import LiveRule, decide  # noqa: E402
from escalation.rules.definition import parse  # noqa: E402

RULES = ROOT / "bench" / "topic_rules.json"
NO_RULE = "(no rule)"
Text = tuple[str, str]  # its class and what it says


def parts(path: str) -> tuple[list[Text], list[Text]]:
    """The four fifths that may be read, and the fifth held back."""
    csv.field_size_limit(10**9)
    read: list[Text] = []
    held_back: list[Text] = []
    with gzip.open(path, "rt") as lines:
        for number, row in enumerate(csv.DictReader(lines)):
            is_held_back = hashlib.sha256(str(number).encode()).digest()[0] % 5 == 4
            (held_back if is_held_back else read).append((row["Topic_group"], row["Document"]))
    return read, held_back


def rules() -> list[LiveRule]:
    """The rules of the file, as the product has them in force."""
    found = []
    for number, row in enumerate(json.loads(RULES.read_text())):
        wording = {"when": {"on": ["opened"]}, "if": row["if"], "then": row["then"], "stop": True, "order": number}
        definition = parse(wording)
        leaves = tuple(definition.condition.leaves())
        found.append(LiveRule(number, number, 1, row["name"], "", definition, "", leaves))
    return found


def sorted_by(chain: Sequence[LiveRule], text: str) -> tuple[str, LiveRule | None]:
    """The tag that the rules put on a ticket with this text, and the rule that did."""
    outcome = decide({"subject": "", "description": text, "tags": []}, chain, None, explains=False)
    return (outcome.facts["tags"][-1], outcome.matched[-1]) if outcome.matched else (NO_RULE, None)


class NaiveBayes:
    """Multinomial, over words, with one added to every count."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self.words: dict[str, Counter[str]] = defaultdict(Counter)
        self.classes: Counter[str] = Counter()
        for name, text in texts:
            self.classes[name] += 1
            self.words[name].update(text.split())
        self.size = len(set().union(*self.words.values()))
        self.totals = {name: self.words[name].total() + self.size for name in self.classes}

    def of(self, text: str) -> str:
        """The likeliest class."""
        words = text.split()

        def likelihood(name: str) -> float:
            seen, total = self.words[name], math.log(self.totals[name])
            return math.log(self.classes[name]) + sum(math.log(seen[word] + 1) - total for word in words)

        return max(self.classes, key=likelihood)


def share(pairs: Sequence[tuple[str, str]]) -> str:
    """How many are right, in per cent."""
    return f"{100 * sum(truth == said for truth, said in pairs) / len(pairs):.1f} %"


def report(pairs: Sequence[tuple[str, str]]) -> None:
    """Agreement, and for each class how many of those put there belong (precision) and are found (recall)."""
    taken = [(truth, said) for truth, said in pairs if said != NO_RULE]
    print(f"  rules: {share(pairs)} right; no rule takes {len(pairs) - len(taken):,} of {len(pairs):,};", end=" ")
    print(f"of those taken {share(taken)} are right")
    are, put = Counter(truth for truth, _said in pairs), Counter(said for _truth, said in pairs)
    right = Counter(truth for truth, said in pairs if truth == said)
    print(f"  {'class':<24}{'tickets':>8}{'precision':>11}{'recall':>8}")
    for name, count in are.most_common():
        precision = 100 * right[name] / put[name] if put[name] else 0
        print(f"  {name:<24}{count:>8,}{precision:>9.1f} %{100 * right[name] / count:>6.1f} %")


def confusion(texts: Sequence[Text], chain: Sequence[LiveRule]) -> None:
    """What each rule takes, by class: for the writing of rules."""
    taken: dict[str, Counter[str]] = defaultdict(Counter)
    for truth, text in texts:
        _said, by = sorted_by(chain, text)
        taken[by.name if by else NO_RULE][truth] += 1
    for name in [rule.name for rule in chain] + [NO_RULE]:
        print(f"  {name:<44} {dict(taken[name].most_common(4))}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--held-back", action="store_true", help="judge by the fifth that was not read")
    parser.add_argument("--confusion", action="store_true", help="what each rule takes, of the part that was read")
    asked = parser.parse_args()
    read, held_back = parts(asked.file)
    texts = held_back if asked.held_back else read
    chain = rules()
    classes = {row[0].lower(): row[0] for row in read}
    begun = time.perf_counter()
    said = [classes.get(tag, tag) for tag in (sorted_by(chain, text)[0] for _truth, text in texts)]
    each = (time.perf_counter() - begun) / len(texts)
    part = "the fifth held back" if asked.held_back else "the four fifths that were read"
    print(f"{part}: {len(texts):,} tickets, {len(chain)} rules, {each * 1000:.2f} ms a ticket")
    report([(truth, one) for (truth, _text), one in zip(texts, said, strict=True)])
    biggest = Counter(truth for truth, _text in read).most_common(1)[0][0]
    print(f"  always {biggest}: {share([(truth, biggest) for truth, _text in texts])}")
    learned = NaiveBayes(read)
    print(f"  naive Bayes: {share([(truth, learned.of(text)) for truth, text in texts])}")
    if asked.confusion:
        confusion(read, chain)


if __name__ == "__main__":
    main()
