"""What the widget loads: manifest, chunks, schemas, uploads, the widget itself, and the same tree as plain files."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import jsonschema
import pytest
from handrail_cms import exporting, publish, uploads
from handrail_cms.errors import Refused, StorageUnavailable
from handrail_cms.storage.records import Document
from handrail_cms.tasks import tidy
from handrail_guides import schemas
from referencing import Registry, Resource

from tests.server.conftest import OPERATOR, ORIGIN, Site, guide, problem_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def manifest_of(site: Site) -> dict:
    response = site.browser().get(f"/v1/{site.production.public_key}/manifest.json")
    assert response.status_code == 200
    return response.get_json()


def publish_guide(site: Site, key: str = "first-invoice", **more: object):
    return publish.publish(site.content, OPERATOR, site.production, [site.draft(key, **more)])


def test_an_environment_without_a_release_has_a_manifest_without_guides(site: Site) -> None:
    assert manifest_of(site) == {
        "format": 1, "release": 0, "environment": "production", "guides": [], "parts": [],
        "settings": {"collect": f"/v1/{site.production.public_key}/events"},
    }  # fmt: skip


def test_a_published_guide_is_in_the_manifest_and_its_chunk_is_named_by_its_bytes(site: Site) -> None:
    publish_guide(site)
    manifest = manifest_of(site)
    registry = Registry().with_resources(
        (schemas.schema(name)["$id"], Resource.from_contents(schemas.schema(name))) for name in schemas.names()
    )
    jsonschema.Draft202012Validator(schemas.schema("manifest"), registry=registry).validate(manifest)
    assert [(entry["key"], entry["version"]) for entry in manifest["guides"]] == [("first-invoice", 1)]
    assert "steps" not in json.dumps(manifest)
    address = manifest["guides"][0]["chunks"]["en"]
    chunk = site.browser().get(f"/v1/{site.production.public_key}/chunks/{address}.json")
    assert hashlib.sha256(chunk.get_data()).hexdigest() == address
    assert chunk.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_manifest_answers_304_to_a_browser_that_has_it(site: Site) -> None:
    publish_guide(site)
    path = f"/v1/{site.production.public_key}/manifest.json"
    first = site.browser().get(path, headers={"Origin": ORIGIN})
    assert first.headers["Cache-Control"] == "public, max-age=60, stale-if-error=86400"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert not first.headers["ETag"].startswith("W/")
    again = site.browser().get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_a_compressed_manifest_has_a_tag_of_its_own(site: Site) -> None:
    for number in range(12):
        publish_guide(site, f"guide-{number}")
    path = f"/v1/{site.production.public_key}/manifest.json"
    plain = site.browser().get(path)
    packed = site.browser().get(path, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.get_data()) == plain.get_data()
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"]


# covers A5
def test_a_paused_guide_is_not_in_the_manifest_and_comes_back(site: Site) -> None:
    publish_guide(site)
    document = site.content.documents.find(site.app.id, "guide", "first-invoice")
    publish.pause(site.content, OPERATOR, site.production, document)
    assert manifest_of(site)["guides"] == []
    publish.pause(site.content, OPERATOR, site.production, document, paused=False)
    assert [entry["key"] for entry in manifest_of(site)["guides"]] == ["first-invoice"]


def test_a_chunk_stays_for_thirty_days_after_it_left_the_last_release(site: Site) -> None:
    publish_guide(site)
    address = manifest_of(site)["guides"][0]["chunks"]["en"]
    path = f"/v1/{site.production.public_key}/chunks/{address}.json"
    document = site.content.documents.find(site.app.id, "guide", "first-invoice")
    publish.take_down(site.content, OPERATOR, site.production, document)
    site.clock.advance(days=29)
    assert site.browser().get(path).status_code == 200
    site.clock.advance(days=2)
    assert problem_of(site.browser().get(path))["status"] == 404


def test_what_has_served_its_time_is_deleted_and_the_history_stays(site: Site) -> None:
    publish_guide(site)
    document = site.content.documents.find(site.app.id, "guide", "first-invoice")
    publish.publish(site.content, OPERATOR, site.production, [changed(site, document)])
    live = manifest_of(site)["guides"][0]["chunks"]["en"]
    tidy(site.services)
    assert stored(site, "chunks") == 2
    site.clock.advance(days=31)
    tidy(site.services)
    assert (stored(site, "chunks"), stored(site, "manifests"), stored(site, "releases")) == (1, 1, 2)
    assert site.browser().get(f"/v1/{site.production.public_key}/chunks/{live}.json").status_code == 200
    rolled = publish.roll_back(site.content, OPERATOR, site.production)
    assert rolled.items[0].version == 1
    assert manifest_of(site)["guides"][0]["version"] == 1


def changed(site: Site, document: Document) -> Document:
    return publish.save_draft(site.content, OPERATOR, document, guide(job="Another"), based_on=document.revision)


def stored(site: Site, table: str) -> int:
    return site.content.connections.row(f"select count(*) as n from {table}")["n"]


def test_one_environment_does_not_hand_out_the_chunks_of_another(site: Site) -> None:
    publish_guide(site)
    address = manifest_of(site)["guides"][0]["chunks"]["en"]
    staging = site.content.apps.environment(site.app.id, "staging")
    assert site.browser().get(f"/v1/{staging.public_key}/chunks/{address}.json").status_code == 404


@pytest.mark.parametrize("key", ["pk_live_nobody", "%00", "a" * 500])
def test_a_wrong_environment_key_is_named(site: Site, key: str) -> None:
    problem = problem_of(site.browser().get(f"/v1/{key}/manifest.json"))
    assert (problem["status"], problem["code"]) == (404, "not_found")


def test_an_archived_environment_delivers_nothing(site: Site) -> None:
    site.content.apps.archive_environment(site.production)
    assert site.browser().get(f"/v1/{site.production.public_key}/manifest.json").status_code == 404


# covers S3
@pytest.mark.parametrize(
    "path",
    [
        "/widget/../../app.py", "/widget/%2e%2e/%2e%2e/app.py", "/widget//etc/passwd", "/widget/%2fetc%2fpasswd",
        "/static/../config.py", "/static/..%2fconfig.py", "/schema/../guide.json", "/schema/%2e%2e%2fconfig.json",
        "/uploads/..%2f..%2fhandrail.db", "/uploads/%00", "/widget/\x00",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_its_folder(site: Site, path: str) -> None:
    assert site.browser().get(path, follow_redirects=True).status_code == 404


def test_every_schema_is_served_as_it_is_published(site: Site) -> None:
    for name in schemas.names():
        response = site.browser().get(f"/schema/{name}.json")
        assert response.get_json() == schemas.schema(name)
        assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_the_static_files_are_kept_for_a_year_only_under_their_fingerprint(site: Site) -> None:
    assert "immutable" in site.browser().get("/static/tokens.css?v=1").headers["Cache-Control"]
    assert site.browser().get("/static/tokens.css").headers["Cache-Control"] == "no-cache"


# covers S2
def test_an_upload_is_served_sandboxed_under_its_hash(site: Site) -> None:
    made = uploads.add(site.content, OPERATOR, site.app.id, "x.png", PNG, most_bytes=1000)
    response = site.browser().get(uploads.address_of(made))
    assert (response.mimetype, response.get_data()) == ("image/png", PNG)
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "body",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"<html>",
        b"",
        b"\x89PNG\r\n\x1a\n" + b"0" * 2000,
    ],
)
def test_what_is_not_a_small_picture_or_film_is_refused(site: Site, body: bytes) -> None:
    with pytest.raises(Refused):
        uploads.add(site.content, OPERATOR, site.app.id, "x.png", body, most_bytes=1000)


def test_a_page_that_asks_for_the_manifest_is_remembered(site: Site) -> None:
    site.browser().get(f"/v1/{site.production.public_key}/manifest.json", headers={"Origin": ORIGIN})
    seen = site.content.apps.environment(site.app.id, "production")
    assert (seen.seen_origin, seen.seen_at) == (ORIGIN, site.clock.now_ms())


def test_a_store_that_takes_no_write_still_delivers(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_guide(site)

    def full(*_: object) -> None:
        raise StorageUnavailable("disk full")

    monkeypatch.setattr(type(site.content.apps), "note_seen", full)
    response = site.browser().get(f"/v1/{site.production.public_key}/manifest.json", headers={"Origin": ORIGIN})
    assert response.status_code == 200


def test_an_export_is_the_tree_that_the_server_answers(site: Site, tmp_path: Path) -> None:
    made = uploads.add(site.content, OPERATOR, site.app.id, "x.png", PNG, most_bytes=1000)
    steps = [{"id": "one", "title": "Look", "media": {"src": uploads.address_of(made), "alt": "A picture"}}]
    publish_guide(site, "with-picture", steps=steps)
    folder = tmp_path / "out"
    exporting.export(site.services, site.production, folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    addresses = ["/" + str(path.relative_to(folder)) for path in files]
    assert f"/v1/{site.production.public_key}/manifest.json" in addresses
    assert uploads.address_of(made) in addresses
    client = site.browser()
    for path, address in zip(files, addresses, strict=True):
        response = client.get(address)
        assert response.status_code == 200, address
        if address.startswith(("/v1/", "/uploads/", "/widget/")):
            assert response.get_data() == path.read_bytes(), address
        else:
            assert response.get_json() == json.loads(path.read_text()), address


def test_a_renamed_guide_is_delivered_under_its_new_key(site: Site) -> None:
    publish_guide(site)
    document = site.content.documents.find(site.app.id, "guide", "first-invoice")
    renamed = publish.save_draft(site.content, OPERATOR, document, guide("second-invoice"), based_on=document.revision)
    publish.publish(site.content, OPERATOR, site.production, [renamed])
    assert [entry["key"] for entry in manifest_of(site)["guides"]] == ["second-invoice"]
    assert site.content.documents.find(site.app.id, "guide", "first-invoice").key == "second-invoice"
