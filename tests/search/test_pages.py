"""The search page, the palette and the API: what they show, what they survive and what they cost."""

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from accounts.models import ApiToken
from catalogue.models import Asset
from knowledgebase.models import Article
from tests.security.hazards import hazards
from tests.security.payloads import MARKUP
from tickets import commands
from tickets.search import answer as answering
from tickets.search.answer import search
from tickets.search.language import parse
from tickets.search.vocabulary import completions, corrections, refresh

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def page(user, path="/search", headers=None, follow=False, **query):
    client = Client(headers=headers or {})
    client.force_login(user)
    return client.get(path, query, follow=follow)


def palette(user, q="", **query):
    return page(user, "/palette", HTMX, q=q, **query).content.decode()


@pytest.fixture
def article(agent1, world):
    return Article.objects.create(
        slug="proyektor", title="Proyektor tidak menyala", body="Tekan tombol daya. " * 30 + "Ganti lampu proyektor.",
        state="published", audience="requesters", language="id", author=agent1, service=world.vpn,
    )  # fmt: skip


def test_a_number_leads_straight_to_its_ticket(opened, agent1, requester, world):
    ticket = opened(into=world.desk)
    for text in (str(ticket.pk), f"#{ticket.pk}", ticket.key, ticket.key.lower()):
        assert page(agent1, q=text).url == f"/desk/t/{ticket.key}/"
        assert page(requester, q=text).url == f"/my/tickets/{ticket.key}/"
    assert page(agent1, q=str(ticket.pk), exact="1").status_code == 200
    assert page(agent1, q="99999999").status_code == 200


def test_an_article_is_found_by_words_and_number(article, requester):
    assert "Proyektor tidak menyala" not in page(requester, q="proyektor").content.decode()  # it is marked
    assert [row.found.title for row in search(requester, "lampu proyektor").others["article"]] == [article.title]
    assert search(requester, f"KB-{article.pk}").others["article"][0].found.exact
    assert search(requester, "kind:ticket proyektor").others == {}


def test_words_are_marked_in_title_and_snippet(opened, requester):
    opened(subject="Printer macet", description="kata " * 400 + "tinta printer habis")
    row = search(requester, "printer").tickets[0]
    assert [piece.text for piece in row.subject if piece.is_hit] == ["Printer"]
    assert [piece.text for piece in row.snippet if piece.is_hit] == ["printer"]


def test_forms_of_a_word_are_marked(opened, requester):
    opened(subject="Gagal", description="mesin tidak mau mencetak", language="id")
    row = search(requester, "cetak").tickets[0]
    assert "mencetak" in "".join(piece.text for piece in row.snippet)


def test_the_page_has_the_reader_own_look_and_facets(opened, agent1, requester, world):
    opened(subject="Kabel satu", into=world.desk)
    commands.assign(opened(subject="Kabel dua", into=world.desk), actor=agent1, assignee=agent1)
    desk, portal = page(agent1, q="kabel").content.decode(), page(requester, q="kabel").content.decode()
    assert 'class="shell' in desk and "status%3Aprogress" in desk
    assert 'class="shell' not in portal and "/my/tickets/" in portal and "tier%3A" not in portal
    narrowed = page(agent1, q="kabel status:progress").content.decode()
    assert "dua" in narrowed and "satu" not in narrowed and "remove this filter" in narrowed


def test_pages_show_every_ticket_once(opened, agent1, world):
    tickets = [opened(subject=f"Kabel {n}", into=world.desk).pk for n in range(answering.PAGE_ROWS + 3)]
    seen = [row.ticket.pk for number in (1, 2) for row in search(agent1, "kabel", page=number).tickets]
    assert sorted(seen) == sorted(tickets)
    assert search(agent1, "kabel", newest_first=True).tickets[0].ticket.pk == max(tickets)
    assert "Next" in page(agent1, q="kabel").content.decode()
    assert "Previous" in page(agent1, q="kabel", page="99").content.decode()


def test_a_slip_is_corrected_and_can_be_searched_as_typed(opened, agent1, world):
    for _n in range(3):
        opened(subject="Proyektor redup", into=world.desk)
    refresh()
    assert corrections(["proyktor", "proyektor", "vpn"]) == {"proyktor": "proyektor"}
    assert completions("proye") == ["proyektor"]
    text = page(agent1, q="proyktor status:open").content.decode()
    assert "Showing results for" in text and "Search for “proyktor status:open” instead" in text
    assert search(agent1, "proyktor").total == 3
    assert search(agent1, "proyktor", as_typed=True).total == 0
    assert search(agent1, '"proyktor"').corrected == ""


def test_the_vocabulary_grows_in_the_background(opened, world, article):
    refresh()
    assert completions("menya") == ["menyala"]


HOSTILE = (
    "kata " * 5000, "\0", "vpn\0status:", "😀😀", "\u202eabc", "' OR 1=1 --", "a & b | !c <-> (d:*", "\\", "'", '"',
    '"""', "a:b:c:d", "status:", 'status:"', "-", "--", "- -", "*", "a*", "**", "OR", "-status:open", "()", "%s %(x)s",
    "b:0", "t:1 'r:1'", "x" * 5000, "0" * 400, "\ue000kenari\ue001", "-a -b -c", "kind:x kind:article kind:person",
    "is:late -is:late", "before:0001-01-01", "since:9999-12-31", "since:999d", "ﷺ" * 40, "ก็ว่า", "tag:' | !'",
    *MARKUP[:3],
)  # fmt: skip


def test_hostile_questions_are_questions(opened, agent1, requester, world):
    everything = " ".join(HOSTILE).replace("\0", "")
    opened(subject="kenari 0 a b vpn", description=everything[:50_000], into=world.desk)
    for user in (agent1, requester):
        client = Client()
        client.force_login(user)
        for text in HOSTILE:
            answer = client.get("/search", {"q": text})
            assert answer.status_code in (200, 302), text
            assert answer.status_code == 302 or hazards(answer.content.decode()) == []
            assert client.get("/palette", {"q": text}, headers=HTMX).status_code == 200, text


def test_hostile_texts_are_shown_as_text(opened, agent1, world):
    opened(subject="kenari <script>owned()</script>", description=f"kenari {' '.join(MARKUP)} kenari", into=world.desk)
    for answer in (page(agent1, q="kenari"), page(agent1, "/palette", HTMX, q="kenari")):
        text = answer.content.decode()
        assert "<mark>kenari</mark>" in text
        assert "<img" not in text and "<script>" not in text


def test_a_search_that_takes_too_long_says_so(opened, agent1, world, monkeypatch):
    opened(into=world.desk)

    def slow(*_args, **_options):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr(answering, "LONGEST_MILLISECONDS", 20)
    monkeypatch.setattr(answering, "find_tickets", slow)
    answer = page(agent1, q="vpn")
    assert answer.status_code == 200
    assert "took too long" in answer.content.decode()


def test_the_palette_knows_commands_in_both_languages(agent1, requester, manager):
    for language in ("en", "id"):
        with translation.override(language):
            for text in ("antrean service", "queue service"):
                assert "/desk/q/service-desk/" in palette(agent1, text)
            for text in ("tiket baru", "new tick", ">tiket"):
                assert "/desk/new/" in palette(agent1, text)
    assert "/desk/new/" not in palette(requester, "tiket baru")
    assert "/tickets/new/" in palette(requester, "laporkan")
    assert "/desk/dashboard/" in palette(manager, "dasbor")
    assert "/desk/dashboard/" not in palette(agent1, "dashboard")


def test_the_palette_offers_what_can_be_done_to_the_ticket_on_the_page(opened, world, agent1, agent2, requester):
    ticket = opened(into=world.desk)
    shown = palette(agent1, "esk", key=ticket.key)
    assert f"/desk/t/{ticket.key}/escalate/" in shown and 'data-press="e"' in shown and "<mark>esk</mark>" in shown
    assert "resolution" in palette(agent1, "selesai", key=ticket.key)
    assert "resolution" not in palette(requester, "selesai", key=ticket.key)
    assert palette(agent1, "", key="INC-99999999").count("This ticket") == 0


def test_the_palette_jumps_and_remembers(opened, world, agent1, other_team_agent):
    ticket, hidden = opened(subject="Kenari", into=world.desk), opened(subject="Rahasia", into=world.hr)
    assert palette(agent1, ticket.key).index("Go to") < palette(agent1, ticket.key).index("Kenari")
    assert "Kenari" in palette(agent1, f"#{ticket.pk}")
    shown = palette(agent1, "", recent=f"{ticket.pk},{hidden.pk},x,1")
    assert "Kenari" in shown and "Rahasia" not in shown
    assert "Kenari" not in palette(agent1, "@kenari")
    assert "from%3Aarif" in palette(agent1, "@ari")


def test_the_palette_without_scripts_is_the_search_page(agent1):
    assert page(agent1, "/palette", q="vpn").url == "/search?q=vpn"


def test_the_palette_finds_words_that_are_not_finished(opened, world, agent1):
    opened(subject="Proyektor redup", into=world.desk)
    assert "<mark>" in palette(agent1, "proye")
    refresh()
    assert "Proyektor" in palette(agent1, "proyek") or "<mark>Proyektor</mark>" in palette(agent1, "proyek")


def test_costs_do_not_grow_with_what_is_found(opened, world, agent1, requester, django_assert_max_num_queries, article):
    Asset.objects.create(tag="KABEL-1", name="Kabel", kind="kabel")
    opened(subject="Kabel", into=world.desk)
    client, shopper = Client(), Client(headers=HTMX)
    client.force_login(agent1)
    shopper.force_login(agent1)
    client.get("/search?q=kabel")
    for _n in range(12):
        commands.note(opened(subject="Kabel", into=world.desk), actor=agent1, body="kabel")
    with django_assert_max_num_queries(23):
        assert client.get("/search?q=kabel").status_code == 200
    with django_assert_max_num_queries(15):
        assert shopper.get("/palette?q=kabel").status_code == 200
    with django_assert_max_num_queries(6):
        assert shopper.get("/palette?q=").status_code == 200


def test_the_api_answers_the_same_question(opened, world, agent1, article):
    ticket = opened(subject="Proyektor aula", description="mati total", into=world.desk)
    token = ApiToken.objects.issue(agent1, "test", ["read"])
    headers = {"Authorization": f"Bearer {token}"}
    body = Client().get("/api/v1/search/?q=proyektor", headers=headers).json()
    assert [(one["kind"], one["title"]) for one in body["results"]] == [
        ("ticket", "Proyektor aula"),
        ("article", article.title),
    ]
    assert body["total"] == 1 and body["counts"]["status"] == {"new": 1}
    direct = Client().get(f"/api/v1/search/?q={ticket.key}", headers=headers).json()
    assert direct["results"][0]["key"] == ticket.key
    for query in ("", "?q=", f"?q={'x' * 301}", "?q=a&page=0", "?q=a&page=x"):
        assert Client().get(f"/api/v1/search/{query}", headers=headers).status_code == 400
    assert Client().get("/api/v1/search/?q=a").status_code == 401
    nothing = ApiToken.objects.issue(agent1, "other", ["write"])
    assert Client().get("/api/v1/search/?q=a", headers={"Authorization": f"Bearer {nothing}"}).status_code == 403


def test_a_question_from_its_filters_reads_the_same(agent1):
    question = parse('vpn OR wifi "a b" -x status:open from:"sari dewi"')
    assert parse(question.text).operators == question.operators
