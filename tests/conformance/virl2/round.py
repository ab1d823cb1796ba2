"""A whole round of Cisco's own client library against a CML server.

Usage: round.py URL USERNAME PASSWORD TOPOLOGY...
Prints one line per step; ends with a non-zero status and a traceback at the first thing that is not as it
should be.
"""

import re
import sys
import time
import warnings

from virl2_client import ClientLibrary
from virl2_client.exceptions import APIError, LabNotFound

NODE_COUNT = "regid.2019-10.com.cisco.CML_NODE_COUNT,1.0_2607650b-6ca8-46d5-81e5-e6688b7383c4"


def step(name):
    print(f"ok: {name}", flush=True)


def wait_for(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.1)


def refused(call, text):
    try:
        call()
    except APIError as error:
        assert text in str(error), f"expected {text!r} in {error}"
        return
    raise AssertionError(f"was not refused: {text}")


def connect(url, username, password):
    client = ClientLibrary(
        url, username, password, ssl_verify=False, allow_http=True, raise_for_auth_failure=True
    )
    assert client.is_system_ready(wait=True, max_wait=30)
    step("log in")
    return client


def license_server(client):
    licensing = client.licensing
    licensing.wait_interval = 0.2
    licensing.max_wait = 150
    assert licensing.status()["registration"]["status"] == "NOT_REGISTERED"
    assert licensing.set_default_transport()
    assert licensing.set_product_license("CML_Enterprise")
    assert licensing.register_wait("a-good-token")
    licensing.update_features([{"id": NODE_COUNT, "count": 300}])
    counts = {feature["id"]: feature["in_use"] for feature in licensing.features()}
    assert counts[NODE_COUNT] == 300
    assert "registration" in licensing.tech_support()
    step("register the licence")


def run_topology(client, path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    lab = client.import_lab(text, title="a round")
    lab.wait_time = 0.3
    lab.wait_max_iterations = 400
    lab.auto_sync_interval = 0.2
    assert lab.title == "a round"
    assert lab.owner == "admin"
    assert lab.state() == "DEFINED_ON_CORE"
    step(f"import {len(lab.nodes())} nodes and {len(lab.links())} links")

    lab.start(wait=True)
    assert lab.has_converged()
    assert lab.state() == "STARTED"
    lab.sync_states()
    # Reading a property refetches what is older than the interval: one look is enough here.
    lab.auto_sync_interval = 3600
    assert all(node.state == "BOOTED" for node in lab.nodes())
    assert all(link.state == "STARTED" for link in lab.links())
    assert any(interface.state == "STARTED" for interface in lab.interfaces())
    lab.sync(topology_only=False)
    device = next(node for node in lab.nodes() if node.node_definition.startswith("io"))
    assert 0 <= float(device.cpu_usage) <= 100
    assert device.compute_id
    assert device.physical_interfaces()
    assert lab.links()[0].readpackets >= 0
    step("start, wait and read states")

    device.extract_configuration()
    lab.sync()
    assert "hostname" in device.configuration
    assert device.console_key()
    assert "|" in device.console_logs(0)
    assert re.search(rf"^  {re.escape(device.label)}:", lab.get_pyats_testbed("h:22"), re.M)
    step("extract the configuration")

    exported = lab.download()
    again = client.import_lab(exported, title="again")
    assert sorted(node.label for node in again.nodes()) == sorted(node.label for node in lab.nodes())
    assert len(again.links()) == len(lab.links())
    again.remove()
    step("download and import again")

    refused(lab.remove, "stopped and wiped")
    refused(client.licensing.deregister, "running")
    lab.stop(wait=True)
    assert lab.state() == "STOPPED"
    lab.wipe(wait=True)
    assert lab.state() == "DEFINED_ON_CORE"
    lab_id = lab.id
    lab.remove()
    try:
        client.join_existing_lab(lab_id)
        raise AssertionError("the lab is still there")
    except LabNotFound:
        pass
    step("stop, wipe and remove")


def build_lab(client):
    lab = client.create_lab(title="built by hand", description="d", notes="n")
    lab.wait_time = 0.2
    lab.auto_sync_interval = 0.1
    router = lab.create_node("r1", "iosv", 10, 20, populate_interfaces=True, configuration="hostname r1")
    switch = lab.create_node("sw1", "unmanaged_switch", 50, 20)
    host = lab.create_node("pc1", "alpine", 90, 20)
    first = lab.connect_two_nodes(router, switch)
    second = lab.create_link(switch.create_interface(), host.create_interface())
    assert router.get_link_to(switch) == first
    assert {link.id for link in lab.links()} == {first.id, second.id}
    host.add_tag("serial:5999")
    assert host.tags() == ["serial:5999"]
    assert lab.get_smart_annotation_by_tag("serial:5999").tag == "serial:5999"
    router.ram = 768
    router.configuration = "hostname changed"
    lab.sync()
    assert router.ram == 768
    assert router.configuration == "hostname changed"
    lab.title = "renamed"
    lab.sync()
    assert lab.title == "renamed"
    note = lab.create_annotation("text", text_content="hello", x1=5, y1=6)
    note.text_content = "hello again"
    lab.sync()
    assert lab.annotations()[0].text_content == "hello again"
    first.set_condition(1000, 20, 5, 1.5)
    assert first.get_condition() == {"bandwidth": 1000, "latency": 20, "jitter": 5, "loss": 1.5}
    first.remove_condition()
    assert first.get_condition() == {}

    router.start(wait=True)
    assert router.is_booted()
    assert lab.find_nodes_by_tag("serial:5999") == [host]
    router.stop(wait=True)
    router.wipe(wait=True)
    assert client.find_labs_by_title("renamed")
    assert lab.id in [found.id for found in client.all_labs(show_all=True)]
    assert lab.connector_mappings == []
    lab.remove_nodes()
    assert lab.nodes() == []
    lab.remove()
    step("create a lab, nodes, links, tags and annotations")


def administer(client):
    users, groups = client.user_management, client.group_management
    group = groups.create_group("students", description="all of them")
    user = users.create_user("ann", "secret-1", fullname="Ann", groups=[group["id"]])
    assert users.user_id("ann") == user["id"]
    assert groups.group_id("students") == group["id"]
    assert groups.group_members(group["id"]) == [user["id"]]
    assert users.update_user(user["id"], fullname="Ann B.")["fullname"] == "Ann B."
    ann = ClientLibrary(client._session.base_url.copy_with(path="/").__str__(), "ann", "secret-1", allow_http=True)
    own = ann.create_lab("ann's own")
    assert [lab.id for lab in ann.all_labs()] == [own.id]
    assert own.id not in [lab.id for lab in client.all_labs()]
    assert own.id in [lab.id for lab in client.all_labs(show_all=True)]
    own.remove()
    ann.logout()

    pools = client.resource_pool_management
    pool = pools.create_resource_pool("pool", licenses=5, ram=2048, users=[user["id"]])
    assert pool.get_usage().limit.licenses == 5
    pool.ram = 4096
    pools.sync_resource_pools()
    assert pools.resource_pools[pool.id].ram == 4096
    pool.remove()
    users.delete_user(user["id"])
    groups.delete_group(group["id"])
    assert all(one["username"] != "ann" for one in users.users())
    step("users, groups and resource pools")

    definitions = {one["id"] for one in client.definitions.node_definitions()}
    assert {"iosv", "iol-xe", "ioll2-xe", "external_connector"} <= definitions
    images = client.definitions.image_definitions_for_node_definition("iosv")
    assert images and images[0]["node_definition_id"] == "iosv"
    hosts = client.system_management.compute_hosts
    host = next(iter(hosts.values()))
    assert host.admission_state == "READY"
    host.admission_state = "ONLINE"
    host.admission_state = "READY"
    assert client.system_management.maintenance_mode is False
    assert client.system_management.get_external_connectors()
    assert client.get_system_health()["valid"]
    assert client.get_system_stats()["computes"]
    assert client.get_diagnostics()
    step("definitions, hosts, health and statistics")


def main():
    url, username, password, *topologies = sys.argv[1:]
    warnings.simplefilter("ignore")
    client = connect(url, username, password)
    license_server(client)
    for path in topologies:
        run_topology(client, path)
    build_lab(client)
    administer(client)
    assert client.licensing.deregister() == 204
    client.licensing.wait_for_status("registration", "NOT_REGISTERED")
    step("deregister the licence")
    print("round complete", flush=True)


if __name__ == "__main__":
    main()
