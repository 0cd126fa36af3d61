"""The program as tests run it: its exit status is checked, and what was wrong is told at the end."""
import json, subprocess, sys


class Program:
    def __init__(self, path):
        self.path, self.failures = path, []

    def check(self, ok, what):
        if not ok:
            self.failures.append(what)
            print('FAILED: ' + what)

    def __call__(self, *args, status=0):
        """What it printed: with --json the value, else the text of both its outputs."""
        r = subprocess.run([self.path, *args], capture_output=True, text=True, timeout=300)
        self.check(r.returncode == status, '%s ended with %d: %s' % (' '.join(args), r.returncode, r.stderr[-500:]))
        return json.loads(r.stdout) if '--json' in args and r.stdout else r.stdout + r.stderr

    def end(self):
        sys.exit(1 if self.failures else 0)
