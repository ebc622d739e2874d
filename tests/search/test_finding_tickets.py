"""Words, forms of words, phrases, exclusions: what a question finds, at once after the command."""

import pytest

from tests.cast import MONDAY
from tests.search.asking import asked, found
from tickets import commands
from tickets.search import candidates, document
from tickets.search.document import differing

pytestmark = pytest.mark.django_db


def test_an_accepted_ticket_is_found_at_once(opened, agent1):
    ticket = opened(subject="Proyektor aula mati")
    assert found(agent1, "proyektor") == [ticket.pk]


FORMS = (
    ("printer tidak bisa mencetak laporan", "cetak"),
    ("tombol cetak hilang", "mencetak"),
    ("the printing stopped", "print"),
    ("cannot print invoices", "printing"),
    ("koneksi terputus", "putus"),
    ("Café Wi-Fi lambat", "cafe"),
    ("galat 0x80070005 muncul", "0x80070005"),
    ("laptop LT-SBY-0231 panas", "lt-sby-0231"),
    ("server 10.20.4.11 RTO", "10.20.4.11"),
    ("mail to it.help@arunika.example bounced", "it.help@arunika.example"),
    ("не работает принтер", "принтер"),
    ("プリンター 故障", "プリンター"),
)


def test_words_are_found_in_their_forms(opened, agent1):
    tickets = {text: opened(subject="Minta bantuan", description=text).pk for text, _question in FORMS}
    missed = [(text, question) for text, question in FORMS if tickets[text] not in found(agent1, question)]
    assert missed == []
    assert found(agent1, "лампа") == []


def test_quoted_words_stand_side_by_side_and_as_typed(opened, agent1):
    ticket = opened(subject="Gateway", description="error connection reset by peer")
    opened(subject="Gateway", description="reset the connection, resets by itself")
    assert found(agent1, '"connection reset"') == [ticket.pk]
    assert found(agent1, '"peer connection"') == []


def test_minus_leaves_out_and_or_joins(opened, agent1):
    vpn, printer, both = opened(subject="vpn mati"), opened(subject="printer mati"), opened(subject="vpn printer")
    assert set(found(agent1, "mati -vpn")) == {printer.pk}
    assert set(found(agent1, "vpn OR printer")) == {vpn.pk, printer.pk, both.pk}
    assert set(found(agent1, "vpn ATAU printer mati")) == {vpn.pk, printer.pk}
    assert set(found(agent1, "-vpn")) == {printer.pk}


def test_a_star_lets_the_word_go_on(opened, agent1):
    ticket = opened(subject="Proyektor redup")
    assert found(agent1, "proyek*") == [ticket.pk]
    assert found(agent1, "proyek") == []


def test_the_subject_counts_for_more_than_the_conversation(opened, agent1, requester):
    said = opened(subject="Lain hal", description="x")
    commands.reply(said, actor=requester, body="mungkin scanner")
    named = opened(subject="Scanner macet", description="x")
    newest = opened(subject="Lain lagi", description="scanner " + "kata " * 40)
    assert found(agent1, "scanner")[0] == named.pk
    assert set(found(agent1, "scanner")) == {said.pk, named.pk, newest.pk}


def test_replies_resolutions_and_file_names_are_found(opened, agent1, world):
    ticket = opened(into=world.desk)
    commands.reply(ticket, actor=agent1, body="coba nyalakan ulang routernya")
    commands.resolve(ticket, actor=agent1, resolution="kabel diganti", at=MONDAY)
    assert found(agent1, "routernya") == found(agent1, "kabel") == [ticket.pk]
    assert differing([ticket.pk]) == []


def test_phrases_are_looked_up_after_the_index(opened, agent1, monkeypatch, world):
    """The index finds both words anywhere; only those side by side are kept, and excluded phrases fall away."""
    side = opened(subject="satu", description="kabel putih", into=world.desk)
    apart = opened(subject="dua", description="kabel tebal putih", into=world.desk)
    assert found(agent1, '"kabel putih"') == [side.pk]
    assert found(agent1, 'kabel -"kabel putih"') == [apart.pk]
    assert set(found(agent1, '"kabel putih" OR tebal')) == {side.pk, apart.pk}


def test_more_than_the_newest_thousand_is_said(opened, agent1, monkeypatch, world):
    tickets = [opened(subject=f"kabel {n}", into=world.desk).pk for n in range(4)]
    monkeypatch.setattr(candidates, "MOST_CANDIDATES", 3)
    answer = asked(agent1, "kabel")
    assert answer.more
    assert set(answer.ids) == set(tickets[1:])


def test_older_buckets_are_looked_through_for_rare_words(opened, agent1, monkeypatch, world):
    """With two tickets a bucket, the rare word in the oldest one is found, and the common one stops early."""
    monkeypatch.setattr(document, "BUCKET_BITS", 1)
    monkeypatch.setattr(candidates, "BUCKET_BITS", 1)
    tickets = [opened(subject=f"kabel {n}", into=world.desk).pk for n in range(9)]
    rare = type(opened())
    first = rare.objects.get(pk=tickets[0])
    commands.reply(first, actor=first.requester, body="xerografi")
    assert found(agent1, "xerografi") == [tickets[0]]
    monkeypatch.setattr(candidates, "MOST_CANDIDATES", 4)
    assert set(found(agent1, "kabel")) == set(tickets[-4:])
