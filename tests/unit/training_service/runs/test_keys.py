"""The names of the keys in Redis: no store has a key of another one."""

import itertools

from training_service.runs.keys import Keys

KEYS = Keys("suschef")
STORES = ["a", "a:request:x", "a:trainings", "Zürich", "zürich", "a{b}", "..", "Lower Manhattan"]


def test_a_store_with_a_plain_name_has_the_keys_of_the_release_before() -> None:
    assert KEYS.store_runs("harbour-1.b_C") == "suschef:store:harbour-1.b_C:trainings"
    assert KEYS.request("harbour", "x") == "suschef:store:harbour:request:x"
    assert KEYS.live_version_lock("harbour") == "suschef:store:harbour:deciding"


def test_no_store_has_a_key_of_another_one() -> None:
    requests = ["x", "x:trainings", "deciding", "a:trainings"]
    keys = [
        key
        for store in STORES
        for key in (
            KEYS.store_runs(store),
            KEYS.live_version_lock(store),
            *(KEYS.request(store, request) for request in requests),
        )
    ]

    assert all(one != other for one, other in itertools.combinations(keys, 2))
