#!/usr/bin/env python3
"""3D Tiles over HTTP from the command line: what is drawn, refused, and shown without a network. The server is Python's
own, on 127.0.0.1, with the sets that tiles_test.py makes; the picture over HTTP is held against that of the folder.

usage: http_test.py TENBO
"""
import functools
import http.server
import json
import os
import shutil
import ssl
import subprocess
import sys
import threading
import unittest

import tiles_test
from tiles_test import LAT, LON, box, east_north_up, tenbo, tenbo_json


class Quiet(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        self.server.asked.append(self.path)


def serve(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    server.asked = []
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"127.0.0.1:{server.server_address[1]}"


class Http(unittest.TestCase):
    setUp_folder, tileset = tiles_test.Tiles.setUp, tiles_test.Tiles.tileset

    def setUp(self):
        self.setUp_folder()
        self.cache = self.dir / "cache"
        os.environ["TENBO_HTTP_CACHE"] = str(self.cache)
        self.servers = []

    def tearDown(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()
        self.folder.cleanup()

    def serve(self, folder):
        server, host = serve(folder)
        self.servers.append(server)
        return server, host

    def render(self, what, name, *more):
        out = self.dir / name
        done = tenbo("render", what, "-o", out, "--camera", f"{LON},{LAT},200,20,-60", "--size", "320x200", *more)
        return out.read_bytes(), done.stderr

    def test_the_picture_over_http_is_that_of_the_folder(self):
        path = self.tileset()
        server, host = self.serve(self.dir)
        local, _ = self.render(path, "local.png")
        remote, said = self.render(f"http://{host}/tileset.json?key=SECRET", "remote.png")
        self.assertEqual(local, remote)
        self.assertIn("/box.glb?key=SECRET", server.asked)
        self.assertNotIn("SECRET", said)
        scene = self.dir / "scene.json"
        scene.write_text(json.dumps({"title": "tileset", "layers": [{"name": "tileset", "path": f"http://{host}/", "style": {"textured": True}}]}))
        self.assertEqual(local, self.render(scene, "scene.png")[0])
        server.shutdown()
        server.server_close()
        self.servers.clear()
        self.assertEqual(local, self.render(f"http://{host}/tileset.json?key=SECRET", "offline.png")[0])
        layer, = tenbo_json("info", f"http://{host}/tileset.json?key=SECRET")["layers"]
        self.assertIn("shown as kept", layer["warnings"][0])
        self.assertNotIn("SECRET", json.dumps(layer))
        os.environ["TENBO_HTTP_CACHE"] = "off"
        done = tenbo("info", f"http://{host}/tileset.json?key=SECRET", status=1)
        self.assertIn("cannot be reached", done.stderr)
        self.assertNotIn("SECRET", done.stdout + done.stderr)

    def test_a_tileset_is_asked_for_once(self):
        self.tileset()
        server, host = self.serve(self.dir)
        for kept in (str(self.cache), "off"):
            os.environ["TENBO_HTTP_CACHE"] = kept
            for name, ask in (("tileset.json", lambda address: self.render(address, "once.png")), ("tileset.json", lambda address: tenbo("info", address)), ("box.glb", lambda address: tenbo("info", address))):
                server.asked.clear()
                ask(f"http://{host}/{name}")
                self.assertEqual(server.asked.count(f"/{name}"), 1, (name, kept, server.asked))

    def test_a_still_reads_for_its_own_size(self):
        """The coarse box is off by 0.6 m, 140 m below: 0.7 pixels of a picture 100 high, 7 of one of 1080 (36 degrees from top to bottom)."""
        volume = {"box": [0, 0, 10, 10, 0, 0, 0, 10, 0, 0, 0, 10]}
        fine = {"boundingVolume": volume, "geometricError": 0, "content": {"uri": "fine.glb"}}
        self.tileset(geometricError=0.6, refine="REPLACE", children=[fine])
        (self.dir / "fine.glb").write_bytes(box())
        server, host = self.serve(self.dir)
        os.environ["TENBO_HTTP_CACHE"] = "off"
        scene = self.dir / "scene.json"
        scene.write_text(json.dumps({"layers": [{"path": f"http://{host}/tileset.json", "stream": True}]}))
        for size, needed in (("160x100", False), ("1920x1080", True)):
            server.asked.clear()
            tenbo("render", scene, "-o", self.dir / "still.png", "--camera", f"{LON},{LAT},200,0,-90", "--size", size, "--samples", "1", "--no-hud")
            self.assertEqual("/fine.glb" in server.asked, needed, (size, server.asked))

    def test_info_says_what_a_folder_says(self):
        path = self.tileset()
        _, host = self.serve(self.dir)
        local, = tenbo_json("info", path)["layers"]
        for address in (f"http://{host}", f"http://{host}/", f"HTTP://{host}/tileset.json", f"http://{host}/tileset.json?a=b#c"):
            remote, = tenbo_json("info", address)["layers"]
            remote["name"] = local["name"]  # of "http://host/": the host
            self.assertEqual(local, remote)

    def test_other_hosts_have_to_be_allowed(self):
        away, here = self.dir / "away", self.dir / "here"
        away.mkdir(), here.mkdir()
        (away / "box.glb").write_bytes(box())
        other, other_host = self.serve(away)
        tile = {"transform": east_north_up(), "boundingVolume": {"box": [0, 0, 10, 10, 0, 0, 0, 10, 0, 0, 0, 10]}, "geometricError": 0, "refine": "ADD",
                "content": {"uri": f"http://{other_host}/box.glb"}}
        (here / "tileset.json").write_text(json.dumps({"asset": {"version": "1.1"}, "geometricError": 100, "root": tile}))
        _, host = self.serve(here)
        address = f"http://{host}/tileset.json"
        refused = tenbo("info", address, status=1).stderr
        self.assertIn("$.root.content.uri", refused)
        self.assertIn("leads to another host", refused)
        self.assertIn("allow_hosts", refused)
        self.assertEqual(other.asked, [])
        self.assertEqual(tenbo_json("info", address, "--allow-host", other_host)["layers"][0]["triangles"], 12)
        scene = self.dir / "scene.json"
        scene.write_text(json.dumps({"layers": [{"path": address, "allow_hosts": [other_host]}]}))
        self.assertEqual(tenbo_json("info", scene)["layers"][0]["triangles"], 12)
        scene.write_text(json.dumps({"layers": [{"path": address, "allow_hosts": ["http://x/"]}]}))
        self.assertIn("$.layers[0].allow_hosts[0]", tenbo("info", scene, status=1).stderr)
        # A set on the disk goes nowhere, whatever is allowed.
        self.assertIn("URL", tenbo("info", here / "tileset.json", "--allow-host", other_host, status=1).stderr)

    def test_tiles_of_pictures(self):
        (self.dir / "tiles/0/0").mkdir(parents=True)
        header = "P6 256 256 255\n".encode()
        (self.dir / "a.ppm").write_bytes(header + bytes((200, 40, 40)) * 65536)
        subprocess.run(["gdal_translate", "-q", "-of", "PNG", self.dir / "a.ppm", self.dir / "tiles/0/0/0.png"], check=True)
        self.tileset()
        server, host = self.serve(self.dir)
        address = f"http://{host}/tiles/{{z}}/{{x}}/{{y}}.png?key=SECRET"
        layer, = tenbo_json("info", address)["layers"]
        self.assertEqual((layer["kind"], layer["crs"], layer["errors"]), ("imagery", "EPSG:3857", []))
        self.assertNotIn("SECRET", json.dumps(layer))
        scene = self.dir / "scene.json"
        scene.write_text(json.dumps({"layers": [{"name": "map", "path": address, "zoom": [0, 2], "attribution": "someone"}, {"name": "set", "path": "tileset.json"}]}))
        tenbo("render", scene, "-o", self.dir / "a.png", "--size", "200x200", "--no-hud")  # framed by the tileset, on the map
        subprocess.run(["gdal_translate", "-q", "-of", "PNM", self.dir / "a.png", self.dir / "out.ppm"], check=True)
        red, green, blue = (self.dir / "out.ppm").read_bytes()[-200 * 200 * 3:][(5 * 200 + 100) * 3:][:3]
        self.assertGreater(red, green + 20)
        self.assertGreater(red, blue + 20)
        tenbo("info", f"http://{host}/none/{{z}}/{{x}}/{{y}}.png")  # where there is no tile there is no fault
        self.assertIn("template", tenbo("info", f"http://{host}/tiles/{{z}}/{{x}}.png", status=1).stderr)

    def test_what_is_wrong_is_said(self):
        _, host = self.serve(self.dir)
        self.assertIn("404", tenbo("info", f"http://{host}/none/tileset.json", status=1).stderr)
        self.assertIn("no name of a host", tenbo("info", "https://exa mple/tileset.json", status=1).stderr)
        self.assertIn("download", tenbo("info", f"http://{host}/city.gml", status=1).stderr)
        scene = self.dir / "scene.json"
        for kind in ("terrain", "field", "vector", "model", "inspection", "imagery", "buildings"):  # whatever it is taken for, keys stay out of messages
            for name in ("none.tif", "none.zip", "none.glb"):
                scene.write_text(json.dumps({"layers": [{"kind": kind, "path": f"http://{host}/{name}?key=SECRET", "position": {"lon": 1, "lat": 2}}]}))
                done = tenbo("info", scene, "--json", status=1)
                self.assertIn(f"http://{host}/{name}", done.stderr)
                self.assertNotIn("SECRET", done.stdout + done.stderr)


@unittest.skipUnless(shutil.which("openssl"), "openssl is not here")
class Tls(unittest.TestCase):
    """A server with a certificate that the test signs: trusted by nobody, until its issuer is named."""
    setUp_folder, tileset = tiles_test.Tiles.setUp, tiles_test.Tiles.tileset

    def setUp(self):
        self.setUp_folder()
        os.environ["TENBO_HTTP_CACHE"] = "off"
        os.environ.pop("TENBO_CA_FILE", None)

    def tearDown(self):
        os.environ.pop("TENBO_CA_FILE", None)
        self.folder.cleanup()

    def certificate(self, name, issuer=None, subject="IP:127.0.0.1"):
        key, cert = self.dir / f"{name}.key", self.dir / f"{name}.pem"
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                   "-subj", f"/CN={name}", "-keyout", key, "-out", cert]
        if issuer:
            command += ["-CA", self.dir / f"{issuer}.pem", "-CAkey", self.dir / f"{issuer}.key",
                        "-addext", f"subjectAltName={subject}", "-addext", "basicConstraints=critical,CA:FALSE"]
        else:
            command += ["-addext", "keyUsage=critical,keyCertSign"]
        subprocess.run(command, check=True, capture_output=True)
        return cert, key

    def serve(self, cert, key):
        server, host = serve(self.dir)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.handle_error = lambda *a: None
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return host

    def test_certificates_are_checked_and_an_issuer_can_be_named(self):
        path = self.tileset()
        ca, _ = self.certificate("issuer")
        other, _ = self.certificate("other")
        host = self.serve(*self.certificate("server", "issuer"))
        address = f"https://{host}/tileset.json?key=SECRET"

        def refused(where):
            done = tenbo("info", where, status=1)
            self.assertIn("has no certificate that can be trusted", done.stderr)
            self.assertNotIn("SECRET", done.stdout + done.stderr)
            return done.stderr

        self.assertIn("TENBO_CA_FILE", refused(address))
        os.environ["TENBO_CA_FILE"] = str(ca)
        local, = tenbo_json("info", path)["layers"]
        remote, = tenbo_json("info", address)["layers"]
        self.assertEqual(local, remote)
        wrong = self.serve(*self.certificate("elsewhere", "issuer", "DNS:tiles.example.org"))
        refused(f"https://{wrong}/tileset.json?key=SECRET")
        os.environ["TENBO_CA_FILE"] = str(other)
        refused(address)
        os.environ["TENBO_CA_FILE"] = str(self.dir / "none.pem")
        refused(address)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=1)
