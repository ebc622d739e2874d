"""What made-up tickets say: two languages, a few words everywhere and many words rarely, as in real queues."""

from __future__ import annotations

from random import Random

THINGS = {
    "id": [
        "printer",
        "laptop",
        "VPN",
        "email",
        "wifi",
        "aplikasi",
        "kata sandi",
        "monitor",
        "jaringan",
        "server",
        "akun",
    ],
    "en": [
        "printer",
        "laptop",
        "VPN",
        "email",
        "wifi",
        "application",
        "password",
        "monitor",
        "network",
        "server",
        "account",
    ],
}
TROUBLES = {
    "id": [
        "tidak bisa dipakai",
        "lambat sejak pagi",
        "mati mendadak",
        "tidak terhubung",
        "muncul pesan galat",
        "tidak bisa mencetak",
        "perlu dipasang",
        "terkunci",
        "hilang dari layar",
        "sering putus",
    ],
    "en": [
        "does not work",
        "slow since this morning",
        "switched itself off",
        "cannot connect",
        "shows an error",
        "does not print",
        "needs to be installed",
        "is locked",
        "is gone from the screen",
        "keeps disconnecting",
    ],
}
SENTENCES = {
    "id": [
        "Sudah dicoba dinyalakan ulang, hasilnya sama.",
        "Rekan satu ruangan mengalami hal yang sama.",
        "Mohon dibantu karena dipakai setiap hari.",
        "Kemarin masih berjalan dengan baik.",
        "Kami menunggu kabar dari tim IT.",
    ],
    "en": [
        "I restarted it twice and it is the same.",
        "A colleague in the same room sees this too.",
        "We use it every day, so it is rather urgent.",
        "It was fine until yesterday.",
        "I can be reached by phone after lunch.",
    ],
}
SYLLABLES = ["ba", "ci", "du", "ga", "ka", "la", "mo", "na", "pe", "ra", "si", "ta", "ve", "wi", "zo", "ri", "tu", "mi"]
RARE_WORDS = 60_000


class Writer:
    """Writes subjects and texts; the same seed writes the same."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def subject(self, language: str, place: str) -> str:
        """A line as people write it: what, what is wrong, where."""
        return f"{self._of(THINGS[language])} {self._of(TROUBLES[language])}, {place}".capitalize()

    def text(self, language: str, sentences: int) -> str:
        """So many sentences with a rare word (an asset, a name, an error) in between."""
        written = [self._of(SENTENCES[language]) for _sentence in range(sentences)]
        return f"{' '.join(written)} {self.rare()} {self.rare()}."

    def rare(self) -> str:
        """One of 60,000 words, each as rare as its number is high."""
        number = min(int(self._random.paretovariate(0.6)), RARE_WORDS)
        parts = []
        for _part in range(4):
            number, syllable = divmod(number, len(SYLLABLES))
            parts.append(SYLLABLES[syllable])
        return "".join(parts)

    def _of(self, choices: list[str]) -> str:
        return choices[int(self._random.random() ** 2 * len(choices))]
