"""My Office: the page that finds a colleague's staff card."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests.builders.crm import a_login, a_staff_member, an_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    names = ["Jane Ashcroft", "José Núñez", "Joanna O'Brien", "Bob Jones", "Zoë Lindqvist"]
    return {name: a_staff_member(name, position="Sales Agent") for name in names}


@pytest.fixture
def jane(client, people):
    client.force_login(a_login(people["Jane Ashcroft"], "Agents"))
    return client


def page(client, **query):
    return client.get(reverse("agentbox_crm:my_office"), query)


def names(response):
    cards = re.findall(r'class="my-office-name">(.*?)</span>\s*<span', response.text, re.DOTALL)
    plain = [re.sub(r"<span.*|<[^>]+>", "", card, flags=re.DOTALL) for card in cards]
    return [" ".join(name.replace("&#x27;", "'").split()) for name in plain]


def status(response):
    return " ".join(re.search(r"data-status>(.*?)</p>", response.text, re.DOTALL)[1].split())


def test_everybody_of_the_office_is_listed_by_name(jane):
    found = page(jane)
    assert names(found) == [
        *("Bob Jones", "Jane Ashcroft", "Joanna O'Brien", "José Núñez", "Zoë Lindqvist")
    ]
    assert status(found) == "5 people work in Mosman."


@pytest.mark.parametrize(
    "query, expected",
    [
        ("nunez", ["José Núñez"]),
        ("ZOE", ["Zoë Lindqvist"]),
        ("ob jo", ["Joanna O'Brien", "Bob Jones"]),
        ("brien", ["Joanna O'Brien"]),
        ("jo", ["Bob Jones", "Joanna O'Brien", "José Núñez"]),
        ("o", ["Joanna O'Brien", "Bob Jones", "Jane Ashcroft", "José Núñez", "Zoë Lindqvist"]),
    ],
)
def test_the_filter_finds_any_part_of_a_name_and_beginnings_first(jane, query, expected):
    assert names(page(jane, q=query)) == expected


def test_one_person_is_counted_in_the_singular(jane):
    assert status(page(jane, q="zoe")) == "1 person called “zoe”."


def test_nobody_found_is_said_in_words(jane):
    found = page(jane, q="xyz")
    assert names(found) == []
    assert status(found) == "No one called “xyz” in this office."


def test_the_text_stays_in_the_field_and_cannot_break_out_of_it(jane):
    text = page(jane, q='"><script>').text
    assert "<script>" not in text.split("<main")[1]
    assert 'value="&quot;&gt;&lt;script&gt;"' in text


def test_each_result_leads_to_the_staff_card(jane, people):
    bob = people["Bob Jones"]
    card = reverse("admin:agentbox_crm_staff_change", args=[bob.pk])
    assert f'href="{card}"' in page(jane, q="bob").text
    assert jane.get(card).status_code == 200


def test_a_result_shows_name_position_and_office(jane):
    text = page(jane, q="bob", part="results").text
    assert "Sales Agent" in text
    assert "Mosman" in text


def test_the_part_for_typing_is_no_whole_page(jane):
    text = page(jane, q="bob", part="results").text
    assert "<html" not in text
    assert names(page(jane, q="bob", part="results")) == ["Bob Jones"]


def test_people_of_another_office_are_found_there_and_in_all(jane):
    a_staff_member("Ada Manly", office=(manly := an_office("Manly")))
    assert names(page(jane, q="ada")) == []
    assert names(page(jane, q="ada", office=manly.pk)) == ["Ada Manly"]
    assert names(page(jane, q="ada", office="all")) == ["Ada Manly"]
    assert status(page(jane, q="xyz", office="all")) == "No one called “xyz” in any office."


def test_an_office_that_does_not_exist_falls_back_to_the_persons_own(jane):
    assert status(page(jane, office="999")) == "5 people work in Mosman."


def test_an_empty_office_says_so(jane):
    empty = an_office("Manly")
    assert status(page(jane, office=empty.pk)) == "Nobody works in this office yet."


def test_a_login_without_staff_record_sees_the_only_office(client, people):
    client.force_login(a_login(is_superuser=True))
    assert status(page(client)) == "5 people work in Mosman."


def test_somebody_without_permission_finds_nothing_there(client, people):
    client.force_login(a_login())
    assert page(client).status_code == 404


def test_a_visitor_is_sent_to_sign_in_and_comes_back(client):
    address = reverse("agentbox_crm:my_office")
    answer = client.get(address, {"q": "jo"})
    assert answer.status_code == 302
    assert answer.url.startswith("/admin/login/")
    assert "q%3Djo" in answer.url


def test_a_change_is_not_accepted_there(jane):
    assert jane.post(reverse("agentbox_crm:my_office")).status_code == 405


def test_the_number_of_queries_does_not_grow_with_the_staff(jane, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(20) as counted:
            page(jane, part="results")
        return len(counted)

    few = queries()
    for number in range(40):
        a_staff_member(f"Colleague {number}")
    assert queries() == few


def test_the_page_needs_no_inline_script_or_style(jane):
    text = page(jane).text
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "<style" not in text
    assert not re.search(r"\s(style|on\w+)=", text)


def test_home_is_my_office_for_who_may_see_it(jane):
    assert jane.get("/").url == reverse("agentbox_crm:my_office")


def test_home_is_the_admin_for_who_may_not(client):
    client.force_login(a_login())
    assert client.get("/").url == "/admin/"


def test_the_admins_first_page_leads_to_my_office(jane):
    assert 'class="host-entrance" href="/admin/agentbox_crm/my-office/"' in jane.get("/admin/").text
