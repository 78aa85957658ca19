"""What was done between the recorded exchanges and not recorded: accounts, files, waiting; by the step it is for."""

import io
import json
import zipfile

ACL = (
    '<?xml version="1.0" encoding="utf-8"?><D:acl xmlns:D="DAV:" xmlns:p="urn:x-personium:xmlns" '
    'xml:base="{base}__role/__/">{aces}</D:acl>'
)
ACE = (
    "<D:ace><D:principal><D:href>{role}</D:href></D:principal><D:grant><D:privilege><{privilege}/></D:privilege>"
    "</D:grant></D:ace>"
)


def account(run, cell, name, *roles):
    run.ask("POST", f"/{cell}/__ctl/Account", {"Name": name}, X_Personium_Credential="Passw0rd-1")
    for role in roles:
        known = run.ask("GET", f"/{cell}/__ctl/Role?$filter=Name%20eq%20'{role}'").json["d"]["results"]
        if not known:
            run.ask("POST", f"/{cell}/__ctl/Role", {"Name": role})
        link(run, f"/{cell}/__ctl/Account('{name}')", "Role", f"{cell}/__ctl/Role('{role}')")


def link(run, path, kind, target):
    run.ask("POST", f"{path}/$links/_{kind}", {"uri": f"{{unit}}/{target}"})


def rules(run, path, cell, *aces, token="unit-admin"):  # noqa: S107
    text = ACL.format(base=f"{run.url}/{cell}/", aces="".join(ACE.format(role=r, privilege=p) for r, p in aces))
    run.ask("ACL", path, text, token)


def file(run, path, content, token="alice"):  # noqa: S107
    return run.ask("PUT", path, content, token, Content_Type="text/plain")


def reader_again(run):
    account(run, "alice", "reader", "reader")


def people_of_bob(run):
    account(run, "bob", "bo", "doctor")
    account(run, "bob", "bplain")


def people_of_app(run):
    account(run, "app", "client", "confidentialClient")
    account(run, "app", "client2")


def unit_users(run):
    run.ask("DELETE", "/race", X_Personium_Recursive="true")
    account(run, "unitadmin", "ann")
    account(run, "unitadmin", "root", "UnitAdmin")
    account(run, "unitadmin", "rdr", "CellContentsReader")
    account(run, "unitadmin", "adm", "CellContentsAdmin")


def old_password_again(run):
    run.ask("PUT", "/alice/__mypassword", token="alice", X_Personium_Credential="Passw0rd-1")


def file_of_256_bytes(run):
    run.ask("PUT", "/alice/box1/r.bin", bytes(range(256)), "alice", Content_Type="application/octet-stream")


def file_to_race_for(run):
    etag = file(run, "/alice/box1/race.txt", "start").header("ETag")
    run.etags["1-1795858363806"] = etag.strip('"')


def shared_folder(run):
    run.ask("MKCOL", "/alice/box1/shared", token="alice")
    file(run, "/alice/box1/shared/s.txt", "shared")


def moved_back(run):
    run.ask("MOVE", "/alice/box1/shared/s2.txt", token="alice", Destination=f"{run.url}/alice/box1/shared/s.txt")
    rules(run, "/alice/box1/shared/s.txt", "alice", token="alice")


def role_that_will_go(run):
    run.ask("PUT", "/alice/__ctl/Role('viewer')", {"Name": "reader"}, If_Match="*")
    run.ask("POST", "/alice/__ctl/Role", {"Name": "gone"})
    link(run, "/alice/__ctl/Account('norole')", "Role", "alice/__ctl/Role('gone')")
    run.ask("MKCOL", "/alice/box1/g", token="alice")
    file(run, "/alice/box1/g/g.txt", "g")


def friend_again(run):
    link(run, "/alice/__ctl/Relation('friend')", "ExtCell", "alice/__ctl/ExtCell('{unit}/bob/')")


def rows_to_query(run):
    for at in range(3, 7):
        body = {"__id": f"w{at}", "who": "me", "kind": "wt" if at % 2 else "bp", "sys": 100 + at}
        run.ask("POST", "/alice/box1/od/vital", body, "alice")
    run.ask("MERGE", "/alice/box1/od/vital('v1')", {"kind": "bp"}, "alice")


def entity_to_race_for(run):
    answer = run.ask("POST", "/alice/box1/od/vital", {"__id": "r0", "who": "me", "sys": 0}, "alice")
    run.etags["1-1795858390896"] = answer.header("ETag").removeprefix("W/").strip('"')


def event(run):
    body = {"Type": "reading", "Object": "o1", "Info": "hello 血圧"}
    run.ask("POST", "/alice/__event", json.dumps(body, ensure_ascii=False), "alice")


def wait(run):
    run.clock.advance(2)


def another_cell(run):
    run.ask("POST", "/__ctl/Cell", {"Name": "copy"})


def broken_snapshot(run):
    run.ask("PUT", "/copy/__snapshot/bad.zip", b"no zip", Content_Type="application/zip")


def bar(run):
    held = io.BytesIO()
    properties = (
        '<?xml version="1.0" encoding="utf-8"?><multistatus xmlns="DAV:"><response><href>dav:/hello.txt</href>'
        "<propstat><prop><getcontenttype>text/plain</getcontenttype></prop></propstat></response></multistatus>"
    )
    manifest = {"bar_version": "2", "box_version": "1", "default_path": "barbox", "schema": f"{run.url}/app9/"}
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("bar/00_meta/00_manifest.json", json.dumps(manifest))
        archive.writestr("bar/00_meta/90_rootprops.xml", properties)
        archive.writestr("bar/90_contents/hello.txt", "hello")
    run.words["bar"] = held.getvalue()


def full_folder(run):
    run.ask("MKCOL", "/alice/box1/thousand", token="alice")
    for at in range(1024):
        file(run, f"/alice/box1/thousand/f{at:04}.txt", "x")


def typed_number(run):
    run.ask("POST", "/alice/box1/od/$metadata/EntityType", {"Name": "num"}, "alice")
    body = {"Name": "i", "_EntityType.Name": "num", "Type": "Edm.Int32"}
    run.ask("POST", "/alice/box1/od/$metadata/Property", body, "alice")


def thirty_numbers(run):
    order = [0, 1, 2, 10, 11, 3, 4, 5, 6, 7, 8, 9, 17, 12, 13, 14, 15, 16, *range(18, 30)]  # several wrote at once
    for at in order:
        run.ask("POST", "/alice/box1/od/num", {"__id": f"p{at:02}", "i": at}, "alice")


def restarted(run):
    """The log of that run was not set up yet, and the next run began with hit counts of zero: as after a new start."""
    run.unit.restart()


def friend_is_reader(run):
    link(run, "/alice/__ctl/Relation('friend')", "Role", "alice/__ctl/Role('reader')")


def friend_is_no_reader(run):
    run.ask("DELETE", "/alice/__ctl/Relation('friend')/$links/_Role('reader')")


def odd_names(run):
    run.ask("MKCOL", "/alice/box1/names", token="alice")
    names = [
        "a%25b.txt",
        "a%23b.txt",
        "a%2Bb.txt",
        "a+c.txt",
        "%E3%81%82.txt",
        "a;b.txt",
        "a&b.txt",
        "a'b.txt",
        "a%2541.txt",
    ]
    for name in names:
        file(run, f"/alice/box1/names/{name}", name)


def short_token(run):
    run.token("bob", "bob@alice-short", "bo", p_target=f"{run.url}/alice/", expires_in="1")
    wait(run)


def folder_for_rules(run):
    run.ask("MKCOL", "/alice/box1/acl2", token="alice")
    file(run, "/alice/box1/m.txt", "m")


def rules_on_a_file(run):
    rules(run, "/alice/box1/m.txt", "alice", ("reader", "D:read"), token="alice")


def fifty_folders(run):
    path = "/alice/box1"
    for at in range(1, 51):
        path += f"/d{at}"
        run.ask("MKCOL", path, token="alice")


def eve(run):
    run.ask("POST", "/__ctl/Cell", {"Name": "eve"})
    account(run, "eve", "e", "owner")
    rules(run, "/eve", "eve", ("owner", "p:root"))


def eve_and_her_token(run):
    eve(run)
    run.token("eve", "eve", "e")


def no_eve(run):
    run.ask("DELETE", "/eve", X_Personium_Recursive="true")


BEFORE = {
    170: lambda run: file(run, "/alice/tmpbox/x.txt", "x", "unit-admin"),
    177: wait,
    199: wait,
    211: people_of_bob,
    226: people_of_app,
    239: unit_users,
    268: old_password_again,
    278: reader_again,
    306: file_of_256_bytes,
    439: file_to_race_for,
    446: shared_folder,
    478: moved_back,
    494: reader_again,
    498: role_that_will_go,
    548: friend_again,
    612: rows_to_query,
    678: entity_to_race_for,
    699: event,
    702: restarted,
    717: wait,
    726: another_cell,
    731: wait,
    739: broken_snapshot,
    741: bar,
    750: full_folder,
    759: typed_number,
    764: thirty_numbers,
    768: friend_is_reader,
    771: event,
    781: odd_names,
    784: short_token,
    786: folder_for_rules,
    788: rules_on_a_file,
    792: fifty_folders,
    798: eve_and_her_token,
    799: no_eve,
    800: eve,
    808: friend_is_no_reader,
}
