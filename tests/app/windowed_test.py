#!/usr/bin/env python3
"""The window from outside: the program under Xvfb, moved by real key and mouse events.

Usage: windowed_test.py TENBO [WORK_FOLDER [ACT...]]     acts: hands dense storm faults (all)
Judged by what the program writes: its log, the pictures of F12, its exit status; with TENBO_VALIDATION=1 it also fails
where Vulkan's validation layer said anything. Exit status 77 = skipped, with the reason.
"""
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib

PATIENCE = 400  # s: a software renderer on a busy machine is slow, and no step here is about speed


class Failure(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Failure(message)


def read_png(path):
    """Width, height and raw bytes of the rows of an 8-bit PNG, filters and all: enough to compare pictures."""
    with open(path, "rb") as f:
        data = f.read()
    check(data[:8] == b"\x89PNG\r\n\x1a\n", f"{path} is no PNG")
    at, rows, size = 8, b"", (0, 0)
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            size = struct.unpack(">II", body[:8])
        elif kind == b"IDAT":
            rows += body
        at += 12 + length
    return size[0], size[1], zlib.decompress(rows)


class Session:
    def __init__(self, tenbo, scene, work, dpi=96, faults=""):
        os.makedirs(work, exist_ok=True)
        self.work = work
        self.manager = None
        read, write = os.pipe()
        self.xvfb = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "2200x1400x24", "-nolisten", "tcp", "-noreset"],
                                     pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as f:
            number = f.readline().strip()
        check(number, "Xvfb did not start")
        self.env = dict(os.environ, DISPLAY=":" + number, TENBO_VALIDATION="1", XDG_CONFIG_HOME=os.path.join(work, "config"))
        if faults:
            self.env["TENBO_SWAPCHAIN_FAULTS"] = faults
        if dpi != 96:  # as a desktop says that its screen is dense: GLFW reads the resource
            subprocess.run(["xrdb", "-merge"], input=b"Xft.dpi: %d\n" % dpi, env=self.env, check=True, timeout=60)
        self.log_path = os.path.join(work, "log.txt")
        self.log_file = open(self.log_path, "wb")
        self.process = subprocess.Popen([tenbo, scene, "--size", "1024x640", "--log", "info"], cwd=work, env=self.env,
                                        stdout=self.log_file, stderr=subprocess.STDOUT)
        self.seen = 0
        self.window = ""

    def log(self):
        with open(self.log_path, "rb") as f:
            return f.read().decode("utf-8", "replace")

    def wait_for(self, pattern, what):
        """The first match in what was logged since the last one."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            text = self.log()
            match = re.search(pattern, text[self.seen:])
            if match:
                self.seen += match.end()
                return match
            check(self.process.poll() is None, f"the program ended with {self.process.returncode} while waiting for {what}")
            time.sleep(0.05)
        raise Failure(f"no \"{pattern}\" within {PATIENCE} s: {what}")

    def xdotool(self, *arguments):
        done = subprocess.run(["xdotool", *map(str, arguments)], env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        return done.stdout.decode("utf-8", "replace").strip()

    def key(self, *keys):
        self.xdotool("key", *keys)

    def click(self, x, y, button=1):
        self.xdotool("mousemove", x, y)
        self.xdotool("click", button)

    def drag(self, x0, y0, x1, y1, button=1):
        self.xdotool("mousemove", x0, y0, "mousedown", button)
        for i in range(1, 6):
            self.xdotool("mousemove", x0 + (x1 - x0) * i // 5, y0 + (y1 - y0) * i // 5)
            time.sleep(0.05)
        self.xdotool("mouseup", button)

    def screenshot(self):
        self.key("F12")
        path = os.path.join(self.work, self.wait_for(r"screenshot: (\S+\.png)", "F12").group(1))
        picture = read_png(path)
        check(len(set(picture[2][::97])) > 8, f"{path} is one flat colour")
        return picture

    def time_after(self, key):
        self.key(key)
        return self.wait_for(r"time: (\d{4}-\d\d-\d\dT[0-9:.]+Z)", key).group(1)

    def begin(self):
        """Until the scene stands in a window that has the keyboard."""
        self.wait_for("first frame", "the window opens")
        self.wait_for("window: loaded", "the layers load")
        self.window = self.xdotool("search", "--pid", self.process.pid).split("\n")[-1] or self.xdotool("search", "--name", "Tenbo").split("\n")[-1]
        check(self.window.isdigit(), "the window cannot be found")
        self.xdotool("windowmove", self.window, 0, 0)
        self.xdotool("windowfocus", self.window)
        time.sleep(0.5)

    def manage(self):
        """A window manager, where one is needed: to minimise."""
        self.manager = subprocess.Popen(["openbox"], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(2)

    def quit(self):
        self.key("ctrl+q")
        self.wait_for("window: closed", "Ctrl+Q")
        status = self.process.wait(PATIENCE)
        check(status == 0, f"exit status {status}")
        for line in self.log().split("\n"):
            check("validation" not in line.lower(), "validation layer: " + line)
            check(": error:" not in line, "an error: " + line)

    def end(self):
        for p in (self.process, self.manager, self.xvfb):
            if p and p.poll() is None:
                p.terminate()
                try:
                    p.wait(20)
                except subprocess.TimeoutExpired:
                    p.kill()
        self.log_file.close()


def steps(s):
    s.begin()
    first = s.screenshot()
    check(first[:2] == (1024, 640), f"F12 gave {first[:2]}, not the window's size")

    # Fly: keys, a drag and the wheel all change the view; Home brings it back.
    s.xdotool("keydown", "w")
    time.sleep(1.5)
    s.xdotool("keyup", "w")
    walked = s.screenshot()
    check(walked[2] != first[2], "W moved nothing")
    s.drag(600, 380, 680, 410)
    panned = s.screenshot()
    check(panned[2] != walked[2], "a left drag moved nothing")
    s.xdotool("mousemove", 600, 380, "click", 4, "click", 4)
    s.drag(600, 380, 660, 380, button=2)
    check(s.screenshot()[2] != panned[2], "neither the wheel nor a middle drag moved anything")
    s.key("Home")
    s.wait_for("camera: home", "Home")
    time.sleep(3)

    # Pick: somewhere in the city there is a building.
    picked = ""
    for x, y in ((600, 340), (560, 380), (640, 380), (600, 420), (520, 340), (680, 340), (600, 460), (480, 400), (700, 440), (580, 310)):
        s.click(x, y)
        picked = s.wait_for(r"picked: (.+)", "a click").group(1).strip()
        if picked != "nothing":
            break
        time.sleep(0.6)  # two clicks are not to be one double-click
    check(picked != "nothing", "no click of ten hit a thing")
    time.sleep(0.6)
    s.key("Escape")

    # One finger: it stays and pins, taps twice and flies, presses the buttons at the right. A touch-pad's two fingers turn.
    s.xdotool("mousemove", 600, 380, "mousedown", 1)
    time.sleep(1.2)
    s.wait_for("probe: pinned", "a long press")
    s.xdotool("mouseup", 1)
    time.sleep(0.5)
    check("picked:" not in s.log()[s.seen:], "the end of a long press was taken for a click")
    s.key("Escape")
    s.click(560, 400, button=3)
    s.wait_for("probe: pinned", "a right click")
    s.key("Escape")
    time.sleep(0.6)
    s.xdotool("mousemove", 600, 380, "click", "--repeat", 2, "--delay", 80, 1)
    s.wait_for("camera: go to", "a double tap")
    time.sleep(1)
    s.key("Escape")  # its first tap may have selected something
    time.sleep(3)
    before = s.screenshot()
    for i, name in enumerate(("zoom in", "zoom out", "tilt up", "tilt down", "turn left", "turn right", "north")):
        s.click(990, 76 + 44 * i + 22)
        s.wait_for("camera: " + name, "the button for it")
        time.sleep(0.7)
    turned = s.screenshot()
    check(turned[2] != before[2], "the buttons moved nothing")
    s.xdotool("mousemove", 600, 380, "click", "--repeat", 3, 6)
    panned = s.screenshot()
    check(panned[2] != turned[2], "two fingers sideways turned nothing")
    s.xdotool("keydown", "alt", "click", "--repeat", 2, 4, "keyup", "alt")
    check(s.screenshot()[2] != panned[2], "two fingers with Alt moved nothing")
    s.drag(600, 380, 640, 400)
    s.wait_for("camera: moved by hand", "a finger's drag")

    # What is measured stands on F12's picture.
    s.key("Home")
    s.wait_for("camera: home", "Home")
    time.sleep(3)
    bare = s.screenshot()
    s.key("m")
    for n, (x, y) in enumerate(((480, 420), (640, 470))):
        s.click(x, y)
        s.wait_for(f"measure: {n + 1} point", "a click while measuring")
        time.sleep(0.6)
    check(s.screenshot()[2] != bare[2], "the measured line is not on F12's picture")
    s.key("Escape")
    s.key("Escape")

    # Time: steps by key, a drag on the track, play and stop.
    before = s.time_after("Left")
    later = s.time_after("Right")
    check(later > before, f"Right went from {before} to {later}")
    s.drag(600, 588, 950, 588)
    dragged = s.time_after("Left")
    check(dragged > later, f"the drag on the time bar ended at {dragged}, not after {later}")
    s.key("space")
    s.wait_for("time: playing", "Space")
    time.sleep(1)
    s.key("space")
    s.wait_for("time: stopped", "Space again")

    # Language by key and by the button at the top right; theme; water.
    s.key("l")
    s.wait_for("language: en", "L")
    english = s.screenshot()
    s.click(976, 36)
    s.wait_for("language: ja", "the language button")
    check(s.screenshot()[2] != english[2], "the languages look the same")
    s.xdotool("mousemove", 600, 380)
    s.key("n")
    s.wait_for("theme: night", "N")
    s.key("n")
    s.wait_for("theme: day", "N again")
    s.key("t")
    s.wait_for("water: water.classes", "T")

    # Find: letters go into the field and nowhere else.
    mark = s.seen
    s.key("ctrl+f")
    time.sleep(1)
    s.xdotool("type", "--delay", 120, "talun")
    s.wait_for(r"find: talun: (\d+) found", "typing into the find box")
    check("language: en" not in s.log()[mark:], "a letter typed into the field switched the language")
    s.key("Escape")
    time.sleep(0.5)
    s.key("Escape")
    s.click(600, 380)
    s.wait_for("picked: ", "a click after finding")

    # Resize, hide and show, full screen where the server lets us; the pictures follow.
    s.xdotool("windowsize", s.window, 800, 600)
    s.wait_for("window: 800x600", "resizing")
    check(s.screenshot()[:2] == (800, 600), "F12 after resizing")
    s.xdotool("windowunmap", s.window)
    time.sleep(1)
    s.xdotool("windowmap", s.window)
    time.sleep(1)
    s.xdotool("windowfocus", s.window)
    time.sleep(0.5)
    check(s.screenshot()[:2] == (800, 600), "F12 after hiding and showing")

    s.quit()


def dense_screen(s):
    """Twice as many pixels: the window, its texts and what can be hit grow with them."""
    s.begin()
    check("window: 2048x1280 at scale 2.00" in s.log(), "the window did not take the screen's scale")
    check(s.screenshot()[:2] == (2048, 1280), "F12 at scale 2")
    s.click(2048 - 96, 72)
    s.wait_for("language: en", "the language button where it stands at scale 2")
    s.click(2048 - 96 + 50, 72 + 34)  # its lower right corner
    s.wait_for("language: ja", "the corner of the language button")
    s.click(2048 - 68, 188)
    s.wait_for("camera: zoom in", "the zoom button at scale 2")
    s.quit()


def storm(s):
    """Many sizes at once, odd and tiny ones too; minimised and back."""
    s.begin()
    for round in range(2):
        for w, h in ((801, 599), (333, 257), (1, 1), (1279, 3), (2, 900), (640, 480), (1999, 1301), (17, 19), (1024, 1), (900 + round, 700)):
            s.xdotool("windowsize", s.window, w, h)
        s.wait_for(f"window: {900 + round}x700", "the last size of a storm")
    check(s.screenshot()[:2] == (901, 700), "F12 after the storm")
    s.xdotool("windowsize", s.window, 1, 1)
    s.wait_for("window: 1x1 ", "one pixel")
    time.sleep(1)
    s.xdotool("windowsize", s.window, 900, 700)
    s.wait_for("window: 900x700", "back from one pixel")
    s.manage()
    for _ in range(2):
        s.xdotool("windowminimize", s.window)
        s.wait_for("window: minimised", "minimising")
        time.sleep(0.5)
        s.xdotool("windowmap", s.window)
        s.xdotool("windowactivate", s.window)
        s.wait_for(r"window: \d+x\d+", "coming back")
    s.xdotool("windowfocus", s.window)
    time.sleep(1)
    check(len(set(s.screenshot()[2][::97])) > 8, "F12 after coming back")
    s.quit()


FAULTS = (("acquire", 3, "out_of_date"), ("present", 5, "out_of_date"), ("acquire", 8, "surface_lost"), ("present", 11, "surface_lost"),
          ("acquire", 16, "surface_lost"), ("present", 16, "suboptimal"))


def faults(s):
    """The swapchain goes stale and the surface is lost, at both calls: each is made anew and the window goes on."""
    s.begin()
    s.seen = 0
    s.xdotool("keydown", "e")
    for call, n, what in FAULTS:
        lost = what == "surface_lost"
        s.wait_for("pretending " + ("a lost surface" if lost else "a stale swapchain") + " at " + call, f"{what} at {call} {n}")
        if lost:
            s.wait_for("window: surface made anew", f"a new surface after {what} at {call}")
        s.wait_for("window: swapchain made, 1024x640", f"a new swapchain after {what} at {call}")
    s.xdotool("keyup", "e")
    s.screenshot()
    s.quit()


def main():
    tenbo = os.path.abspath(sys.argv[1])
    for tool in ("Xvfb", "xdotool", "xrdb", "openbox"):
        if not shutil.which(tool):
            print(f"SKIPPED: {tool} is not installed (apt-get install xvfb xdotool openbox x11-xserver-utils)")
            return 77
    work = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="tenbo-window-")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    city = os.path.join(work, "city")
    subprocess.run([tenbo, "make-city", city, "--buildings", "400", "--seed", "3"], check=True, stdout=subprocess.DEVNULL)
    scene = next(os.path.join(city, f) for f in sorted(os.listdir(city)) if f.endswith(".json"))
    only = sys.argv[3:]
    acts = (("hands", steps, {}), ("dense", dense_screen, {"dpi": 192}), ("storm", storm, {}),
            ("faults", faults, {"faults": " ".join(f"{c}:{n}:{w}" for c, n, w in FAULTS)}))
    for name, act, options in acts:
        if only and name not in only:
            continue
        session = Session(tenbo, scene, os.path.join(work, name), **options)
        try:
            act(session)
        except (Failure, subprocess.SubprocessError) as failure:
            print(f"FAILED: {name}: {failure}")
            print("--- the program's log:\n" + session.log()[-6000:])
            return 1
        finally:
            session.end()
        print("passed:", name)
    print("the window opened, flew, picked, played, spoke two languages, was touched, resized, minimised, lost its surface and closed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
