"""Headless Chromium on a page of ours, with a server on the loopback address and nothing else in reach."""
import http.server
import json
import os
import pathlib
import shutil
import signal
import subprocess
import threading
import urllib.parse

TYPES = {".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".css": "text/css", ".wasm": "application/wasm", ".glb": "model/gltf-binary"}


class Server:
    """Serves folders under their names: {"tiles": path}; keeps what is posted to /report/NAME."""
    def __init__(self, folders):
        self.reports, self.refused, self.arrived = {}, [], threading.Condition()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                top, _, rest = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path).lstrip("/").partition("/")
                path = (folders[top] / rest).resolve() if top in folders else None
                if path is None or not path.is_relative_to(folders[top]) or not path.is_file():
                    outer.refused.append(self.path)
                    return self.send_error(404)
                data = path.read_bytes()
                self.send_response(200)
                self.send_header("Content-Type", TYPES.get(path.suffix, "application/octet-stream"))
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(204)
                self.end_headers()
                with outer.arrived:
                    outer.reports[self.path.rsplit("/", 1)[1]] = json.loads(body)
                    outer.arrived.notify_all()

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()


def visit(server, page, name, scratch, seconds=240):
    """Opens the page and gives back what it posts to /report/NAME."""
    profile = pathlib.Path(scratch) / "profile"
    shutil.rmtree(profile, ignore_errors=True)
    told = open(pathlib.Path(scratch) / f"chromium_{name}.log", "wb")
    browser = subprocess.Popen(
        ["chromium", "--headless=new", "--no-sandbox", f"--user-data-dir={profile}", "--window-size=960,600", "--no-first-run", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist", f"{server.address}/{page}"],
        stdout=told, stderr=told, start_new_session=True, env={**os.environ, "HOME": str(scratch)})
    try:
        with server.arrived:
            if not server.arrived.wait_for(lambda: name in server.reports, timeout=seconds):
                raise AssertionError(f"no report of {name} after {seconds} s; the browser's words are in {told.name}")
        return server.reports[name]
    finally:
        os.killpg(browser.pid, signal.SIGKILL)
        browser.wait()
        told.close()
        shutil.rmtree(profile, ignore_errors=True)
