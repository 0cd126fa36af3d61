#!/usr/bin/env python3
"""The Slurm lines of docs/guide/bake.md, on a Slurm of one node that stands in a scratch folder: the same bytes as one run.

Neither cgroups nor a database nor the system's own Slurm or MUNGE are touched; it runs as whoever starts it.

usage: slurm_test.py TENBO SCRATCH
"""
import getpass
import hashlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

TENBO = pathlib.Path(sys.argv[1]).resolve()
SCRATCH = pathlib.Path(sys.argv[2]).resolve()
GUIDE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "guide" / "bake.md"
TOOLS = ("slurmctld", "slurmd", "sbatch", "scontrol", "munged")


def fresh(name):
    path = SCRATCH / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def digest(folder):
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def free_ports(n):
    held = [socket.socket() for _ in range(n)]
    for s in held:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in held]
    for s in held:
        s.close()
    return ports


class Slurm:
    """A controller, a node and what vouches for who asks, all of this user's."""
    def __init__(self, folder):
        self.folder, self.children = folder, []
        self.short = pathlib.Path(tempfile.mkdtemp(prefix="slurm"))  # a socket's path has at most 107 characters
        key = folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        (folder / "munge").mkdir(mode=0o700)
        ports, host = free_ports(2), socket.gethostname().split(".")[0]
        for name in ("state", "spool"):
            (folder / name).mkdir()
        (folder / "slurm.conf").write_text(f"""
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser={getpass.getuser()}
SlurmdUser={getpass.getuser()}
AuthType=auth/munge
AuthInfo=socket={self.short}/munge
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,bf_interval=1,sched_interval=2
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=16
PartitionName=all Nodes={host} Default=YES State=UP
""")
        self.env = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}
        try:
            self.start("munged", "--foreground", "--force", f"--key-file={key}", f"--socket={self.short}/munge", f"--pid-file={folder}/munge/pid", f"--log-file={folder}/munge/log", f"--seed-file={folder}/munge/seed")
            self.until(lambda: (self.short / "munge").exists(), "munged")
            self.start("slurmctld", "-D", "-c")
            self.start("slurmd", "-D")
            self.until(lambda: re.search(r"State=IDLE\b", self.ask("scontrol", "show", "node", "-o", check=False)), "a node that is idle")
        except BaseException:
            self.stop()
            raise

    def start(self, *command):
        log = open(self.folder / f"{command[0]}.out", "wb")
        self.children.append(subprocess.Popen([shutil.which(command[0]), *command[1:]], env=self.env, stdout=log, stderr=log, stdin=subprocess.DEVNULL))

    def ask(self, *command, check=True, **more):
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=60, **more)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
        return done.stdout

    def until(self, holds, what, seconds=30):
        begun = time.monotonic()
        while not holds():
            if time.monotonic() - begun > seconds or any(c.poll() is not None for c in self.children):
                words = "\n".join(f"{p.name}:\n{p.read_text(errors='replace')[-1500:]}" for p in sorted([*self.folder.glob("*.out"), *self.folder.glob("*.log")]))
                raise AssertionError(f"no {what} after {time.monotonic() - begun:.0f} s\n{words}")
            time.sleep(0.2)

    def states(self):
        """State and exit status of each job, by its number; an array's jobs by ARRAY_TASK."""
        out = {}
        for line in self.ask("scontrol", "show", "job", "-o").splitlines():
            fields = dict(re.findall(r"(\w+)=(\S*)", line))
            if "JobId" in fields:
                name = f"{fields['ArrayJobId']}_{fields['ArrayTaskId']}" if "ArrayTaskId" in fields else fields["JobId"]
                out[name] = (fields["JobState"], fields["ExitCode"])
        return out

    def fail_one(self):
        """Takes a running task from its node, as Slurm does when the node fails, and gives back its name."""
        task = None

        def taken():
            nonlocal task
            task = next((name for name, (state, _) in self.states().items() if state == "RUNNING" and "_" in name), None)
            return task and subprocess.run(["scontrol", "requeue", task], env=self.env, capture_output=True).returncode == 0
        self.until(taken, "task that runs")
        self.until(lambda: self.states()[task][0] == "PENDING", f"end of {task}")
        self.ask("scontrol", "update", f"JobId={task}", "StartTime=now")  # Slurm itself waits two minutes
        return task

    def stop(self):
        for child in reversed(self.children):
            child.terminate()
        for child in reversed(self.children):
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        shutil.rmtree(self.short, ignore_errors=True)


def guide_lines(places):
    """The guide's job script and what submits it, with our places for its own."""
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)
    job = next(b for b in blocks if "#SBATCH" in b)
    submit = blocks[blocks.index(job) + 1]
    assert "sbatch" in submit, submit
    for name, place in places.items():
        assert name in job + submit, f"the guide does not speak of {name}"
        job, submit = job.replace(name, str(place)), submit.replace(name, str(place))
    return job, submit


def main():
    missing = [t for t in TOOLS if shutil.which(t) is None]
    if missing:
        print(f"skipped: {', '.join(missing)} not installed; tools/dev slurm installs them")
        return 77
    begun = time.monotonic()
    city = SCRATCH / "city"
    if not (city / "demo.json").exists():
        subprocess.run([TENBO, "make-city", city, "--buildings", "2000"], check=True, capture_output=True)
    (city / "udx" / "bldg" / "00000000_bldg_6697_op.gml").write_text("<core:CityModel xmlns:core='http://www.opengis.net/citygml/2.0'><oops")  # one file that cannot be read
    one = fresh("one")
    assert subprocess.run([TENBO, "bake", city, "-o", one], capture_output=True).returncode == 3
    work = fresh("jobs")
    job, submit = guide_lines({"/data/japan": city, "/scratch": fresh("parts"), "/data/tiles": fresh("tiles")})
    (work / "part.sh").write_text(job)
    (work / "bin").mkdir()
    (work / "bin" / "tenbo").symlink_to(TENBO)
    slurm = Slurm(fresh("slurm"))
    try:
        slurm.env["PATH"] = f"{work}/bin:{slurm.env['PATH']}"
        slurm.ask("bash", "-e", "-c", submit, cwd=work)
        again = slurm.fail_one()
        slurm.until(lambda: (jobs := slurm.states()) and all(s not in ("PENDING", "RUNNING", "COMPLETING", "CONFIGURING") for s, _ in jobs.values()), "end of the jobs", 300)
        jobs = slurm.states()
        assert "Restarts=1" in slurm.ask("scontrol", "show", "job", "-o", again)
    finally:
        slurm.stop()
    output = "".join(p.read_text() for p in sorted(work.glob("slurm-*.out")))
    tasks = {name: state for name, state in jobs.items() if "_" in name}
    merge = [state for name, state in jobs.items() if "_" not in name]
    assert len(tasks) == 16 and len(merge) == 1, jobs
    assert all(state == ("COMPLETED", "0:0") for state in tasks.values()), f"{jobs}\n{output}"
    assert merge[0] == ("FAILED", "3:0"), f"{jobs}\n{output}"  # it tells of the broken file, as one run does
    assert output.count("00000000_bldg_6697_op.gml") >= 2, output
    assert digest(SCRATCH / "tiles") == digest(one), "the tiles differ from those of one run"
    print(f"{len(tasks)} shares, {again} of them started again, and the merge: {len(digest(one))} files, the same bytes as one run's; {time.monotonic() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
