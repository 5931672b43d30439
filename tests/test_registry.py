"""A name stands for one function; an unknown name says what was meant; rooms are read on first use."""

import sys
import types

import pytest

from tlf import registry
from tlf.errors import RegistryError


@pytest.fixture(autouse=True)
def untouched():
    entries, loaded = dict(registry._entries), set(registry._loaded)
    yield
    registry._entries.clear()
    registry._entries.update(entries)
    registry._loaded.clear()
    registry._loaded.update(loaded)


def test_a_registered_function_is_found_with_its_options():
    @registry.derivation("registry_one", levels="at", makes="parameter")
    def one():
        """Derive one."""

    entry = registry.lookup("derivation", "registry_one")
    assert (entry.function, entry.kind, entry.name) == (one, "derivation", "registry_one")
    assert (entry.options["levels"], entry.options["makes"]) == ("at", "parameter")
    assert "registry_one" in registry.available("derivation")
    assert list(registry.available("derivation")) == sorted(registry.available("derivation"))


def test_every_room_has_its_decorator():
    def function():
        """Do nothing."""

    registry.ard_method("registry_m", label="A method")(function)
    registry.table("registry_t")(function)
    registry.listing("registry_l")(function)
    registry.figure("registry_f")(function)
    registry.plot("registry_p")(function)
    registry.check("registry_c")(function)
    registry.recompute("registry_r")(function)
    entered = {kind for kind, name in registry._entries if name.startswith("registry_")}
    assert entered == set(registry.ROOMS) - {"derivation"}
    assert registry._entries["ard_method", "registry_m"].options == {"label": "A method"}


def test_a_name_registered_twice_is_an_error_that_names_both_functions():
    registry.table("registry_x")(test_a_registered_function_is_found_with_its_options)
    with pytest.raises(RegistryError) as caught:
        registry.table("registry_x")(test_every_room_has_its_decorator)
    assert "table 'registry_x' is registered twice: " in str(caught.value)
    assert "test_every_room_has_its_decorator" in str(caught.value)


def test_the_same_function_may_be_registered_again():
    registry.table("registry_x")(test_every_room_has_its_decorator)
    registry.table("registry_x")(test_every_room_has_its_decorator)


def test_one_name_may_stand_in_two_kinds():
    registry.table("registry_x")(test_every_room_has_its_decorator)
    registry.figure("registry_x")(test_a_registered_function_is_found_with_its_options)


def test_an_unknown_name_says_what_was_probably_meant():
    registry.ard_method("registry_cox", label="")(test_every_room_has_its_decorator)
    with pytest.raises(RegistryError, match=r"^unknown ard method 'registry_cax'\. Did you mean registry_cox"):
        registry.lookup("ard_method", "registry_cax")


def test_a_room_and_the_plugins_are_read_once_on_first_use(monkeypatch):
    room = types.ModuleType("registry_room")
    room.__path__ = []
    monkeypatch.setitem(sys.modules, "registry_room", room)
    monkeypatch.setitem(registry.ROOMS, "table", "registry_room")
    loads = []

    class Point:
        name = "sponsor"

        def load(self):
            loads.append(self.name)
            registry.table("registry_sponsor")(test_every_room_has_its_decorator)

    registry._loaded.discard("plugins")
    monkeypatch.setattr(registry, "entry_points", lambda group: [Point()] if group == "tlf.plugins" else [])
    assert "registry_sponsor" in registry.available("table")
    registry.available("table")
    assert loads == ["sponsor"]
