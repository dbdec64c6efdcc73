from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from agentbox_sync.core.errors import FixConfiguration
from agentbox_sync.oauth.cipher import Cipher

CLEAR = '{"RefreshToken": {"secret": "very-secret-é"}}'


def new_key() -> str:
    return Fernet.generate_key().decode()


def test_what_is_encrypted_can_be_read_again_and_does_not_show_its_content() -> None:
    cipher = Cipher([new_key()])

    stored = cipher.encrypt(CLEAR)

    assert stored.startswith("f1:")
    assert "very-secret" not in stored
    assert cipher.decrypt(stored) == CLEAR


def test_same_text_is_never_stored_twice_in_the_same_way() -> None:
    cipher = Cipher([new_key()])

    assert cipher.encrypt(CLEAR) != cipher.encrypt(CLEAR)


def test_key_is_changed_by_putting_the_new_one_in_front_and_rotating() -> None:
    old, new = new_key(), new_key()
    stored = Cipher([old]).encrypt(CLEAR)

    both = Cipher([f" {new} ", old, ""])  # as env.list leaves "new , old,"
    assert both.decrypt(stored) == CLEAR
    rotated = both.rotate(stored)

    assert Cipher([new]).decrypt(rotated) == CLEAR
    with pytest.raises(FixConfiguration):
        Cipher([old]).decrypt(rotated)


def test_without_rotation_the_old_key_is_still_needed() -> None:
    old, new = new_key(), new_key()
    stored = Cipher([old]).encrypt(CLEAR)

    with pytest.raises(FixConfiguration) as caught:
        Cipher([new]).decrypt(stored)

    assert caught.value.code == "token_key_missing"
    assert "MS365_TOKEN_KEYS=new,old" in str(caught.value)


def test_rotating_with_the_wrong_key_is_refused() -> None:
    stored = Cipher([new_key()]).encrypt(CLEAR)

    with pytest.raises(FixConfiguration, match="MS365_TOKEN_KEYS=new,old"):
        Cipher([new_key()]).rotate(stored)


@pytest.mark.parametrize("value", ["", CLEAR, "f2:abc", "f1", "f1:", "f1:not-a-token", "f1:ünï"])
def test_value_in_no_known_format_is_refused_and_never_taken_as_clear_text(value: str) -> None:
    cipher = Cipher([new_key()])

    for act in (cipher.decrypt, cipher.rotate):
        with pytest.raises(FixConfiguration) as caught:
            act(value)
        assert "MS365_TOKEN_KEYS=new,old" in str(caught.value)
        assert "very-secret" not in str(caught.value)


def test_changed_value_is_refused() -> None:
    cipher = Cipher([new_key()])
    stored = cipher.encrypt(CLEAR)
    middle = len(stored) // 2
    changed = stored[:middle] + ("A" if stored[middle] != "A" else "B") + stored[middle + 1 :]

    with pytest.raises(FixConfiguration):
        cipher.decrypt(changed)


@pytest.mark.parametrize(
    "keys",
    [[], [""], ["   "], ["too-short"], ["x" * 44], ["schlüssel"], [new_key(), new_key()[:-1]]],
)
def test_keys_that_are_none_are_refused_with_how_to_make_one(keys: list[str]) -> None:
    with pytest.raises(FixConfiguration) as caught:
        Cipher(keys)

    assert caught.value.code == "token_keys_invalid"
    assert "Fernet.generate_key()" in str(caught.value)
    assert not any(key.strip() and key in str(caught.value) for key in keys)
    assert caught.value.__cause__ is None


def test_second_of_two_keys_is_the_one_that_is_named() -> None:
    with pytest.raises(FixConfiguration, match="Key number 2"):
        Cipher([new_key(), "broken"])


def test_repr_shows_neither_keys_nor_text() -> None:
    key = new_key()

    assert key not in repr(Cipher([key]))
