"""Scenarios: each is broken as it comes, and whole after each of its repairs."""

import netaddr
import pytest
from oracles import tshark
from scenario_repairs import fault, repairs

from ipv6course.network import scenario


@pytest.mark.parametrize("name", scenario.names())
def test_a_scenario_is_broken_and_its_repairs_repair_it(name):
    broken = scenario.load(name)
    assert broken.story
    assert fault(name)
    assert repairs(name)
    assert not broken.check().are_all_met
    for repair in repairs(name):
        findings = scenario.load(name).repair(repair).check()
        assert findings.are_all_met, findings


@pytest.mark.parametrize("name", scenario.names())
def test_another_seed_is_as_broken_and_as_repaired(name):
    for seed in (11, 12):
        broken = scenario.load(name, seed=seed)
        assert not broken.check().are_all_met
        assert scenario.load(name, seed=seed).repair(repairs(name)[0]).check().are_all_met


@pytest.mark.parametrize("name", scenario.names())
def test_addresses_of_a_learners_own_are_as_broken_and_as_repaired(name):
    site = netaddr.IPNetwork("3fff:abc:1234::/48")
    broken = scenario.load(name, site=site)
    assert broken.site == "3fff:abc"
    assert "2001:db8" not in broken.network.to_yaml()
    assert not broken.check().are_all_met
    for repair in repairs(name, broken.site):
        assert "2001:db8" not in repair
        assert scenario.load(name, site=site).repair(repair).check().are_all_met


def test_a_prefix_that_is_too_short_for_own_addresses_is_refused():
    with pytest.raises(ValueError, match="3fff::/20 is too short"):
        scenario.load("rogue-ra", site="3fff::/20")


def test_what_scenarios_send_is_without_a_mark():
    frames = []
    for name in scenario.names():
        broken = scenario.load(name)
        broken.check()
        frames += [(frame.time, frame.data) for frame in broken.capture][:400]
        whole = scenario.load(name).repair(repairs(name)[0])
        whole.check()
        frames += [(frame.time, frame.data) for frame in whole.capture][:400]
    assert tshark.marks(tshark.pcap(frames)) == []


def test_two_checks_of_the_same_answer_are_the_same():
    def answered():
        found = scenario.load("rogue-ra")
        found.repair(repairs("rogue-ra")[0]).check()
        return found.capture.pcapng()

    assert answered() == answered()


def test_a_check_says_what_was_seen():
    findings = scenario.load("missing-return-route").check()
    assert "0 of 3 were answered" in findings[0].seen
    assert repr(findings).startswith("✗ The office reaches the server.")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("core ip -6 route", "Line 1"),
        ("# nothing\nnobody: ip -6 route", "Line 2"),
        ("core: ip -6 route add default via zz", "zz"),
        ("core: route add default", "route"),
        ("core: sysctl eth0.accept_rain=1", "accept_rain"),
        ("core: sysctl eth9.accept_ra=1", "eth9"),
        ("core: nftables <<END\ntable", "END"),
        ("core: nftables <<END\ntable\nEND", "Line 1"),
        ("server: ip -6 route add default via fe80::1 dev eth0", "not yours"),
    ],
)
def test_a_repair_that_makes_no_sense_names_its_line(text, named):
    with pytest.raises(ValueError, match=r"Line \d") as why:
        scenario.load("missing-return-route").repair(text)
    assert named in str(why.value)


@pytest.mark.parametrize(
    "repair",
    ["", "core: ip -6 route add 2001:db8:b::/64 via 2001:db8:ff::2",
     "branch: ip -6 route add 2001:db8:c::/64 via 2001:db8:f::1",
     "core: ip -6 route add blackhole 2001:db8:b::/64",
     "core: ip -6 route replace default via 2001:db8:f::b"],
)  # fmt: skip
def test_wrong_repairs_do_not_pass(repair):
    assert not scenario.load("missing-return-route").repair(repair).check().are_all_met


def test_a_name_that_is_not_there_names_those_that_are():
    with pytest.raises(ValueError, match="rogue-ra"):
        scenario.load("../secret")


def test_a_learner_may_have_values_of_ones_own():
    own = {":101:42": ":101:7a"}
    mine = scenario.load("delegation-without-route", own=own)
    assert "2001:db8:101:7a01::1/64" in mine.network["cpe1"].ip("-6 -br addr")
    repair = repairs("delegation-without-route")[0].replace(*next(iter(own.items())))
    assert mine.repair(repair).check().are_all_met
    with pytest.raises(ValueError, match="9999"):
        scenario.load("rogue-ra", own={"9999": "1"})
