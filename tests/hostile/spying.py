"""What a submission may not read: solutions, other students, grades, secrets, other processes, the network."""

from __future__ import annotations

from .attack import Attack

_OPEN = """
try:
    found = {what}
except BaseException:
    found = None
if found:
    print("REACHED", str(found)[:200])
print("TRIED")
"""


_LOOK = """
def look(path):
    try:
        return open(path, 'rb').read()
    except OSError:
        return b''
"""


def _spy(name: str, story: str, what: str, *, before: str = "", flagged: str = "", control: bool = True) -> Attack:
    """Code that prints what it gets at."""
    code = "import glob, os, socket\nfrom pathlib import Path\n" + before + _OPEN.format(what=what)
    attack = Attack(name, story, code, tried=True, flagged=flagged)
    if control:
        CONTROLS.append(attack.name)
    return attack


CONTROLS: list[str] = []  # those that succeed where nothing protects: run once like that, so that they prove something

SPYING = (
    _spy("read-solutions", "the solutions", "Path('@course@/solutions/02_convolution_2d').exists()"),
    _spy(
        "read-solution-file",
        "the text of the solutions",
        "open('@course@/solutions/02_convolution_2d/02_convolution_2d.ipynb').read()",
        flagged="solutions",
    ),
    _spy(
        "read-solution-nearby",
        "solutions in any folder above",
        "[p for up in ('..', '../..', '../../..') for p in glob.glob(up + '/solutions')]",
        control=False,
    ),
    _spy("read-others", "other students' files", "glob.glob('@download@/*.ipynb')"),
    _spy("read-others-work", "other submissions' folders", "glob.glob('../submission-*/*')", control=False),
    _spy("read-gradebook", "the gradebook", "open('@course@/gradebook.db', 'rb').read(6)", flagged="gradebook.db"),
    _spy(
        "write-gradebook",
        "99 points for everybody",
        "sqlite3.connect('file:@course@/gradebook.db?mode=rw', uri=True).execute('select name from sqlite_master')",
        before="import sqlite3\n",
        control=False,
        flagged="sqlite3",
    ),
    _spy("read-results", "what others were given, and the seed of the batch", "os.listdir('@course@/results')"),
    _spy("read-seed", "the seed of the judge's cases", "open('@course@/results/02_convolution_2d/.batch.json').read()"),
    _spy("read-environment", "a token in the environment", "os.environ.get('SECRET_TOKEN')"),
    _spy(
        "read-proc-environ",
        "the token in the environment of any process",
        "[p for p in glob.glob('/proc/[0-9]*/environ') if b'@mark@' in look(p)]",
        before=_LOOK,
        flagged="/proc/",
    ),
    _spy(
        "read-proc-others",
        "the judge and the workers among the processes",
        "[p for p in glob.glob('/proc/[0-9]*/cmdline') if b'autograder.grading.batch.worker' in look(p)"
        " or b'autograder.cli' in look(p)]",
        before=_LOOK,
        flagged="/proc/",
        control=False,
    ),
    _spy(
        "read-proc-root",
        "the whole disk through another process's root",
        "[p for p in glob.glob('/proc/[0-9]*/root@course@/*') + glob.glob('/proc/[0-9]*/cwd/*.toml')]",
        flagged="/proc/",
        control=False,
    ),
    _spy("read-home", "a key in the grader's home folder", "open('@home@/.ssh/id_ed25519').read()"),
    _spy("read-passwords", "the machine's users", "open('/etc/passwd').read()", flagged="/etc/passwd"),
    _spy(
        "read-by-link",
        "a link in its own folder that leads to the solutions",
        "os.symlink('@course@/solutions', 'mine') or os.listdir('mine')",
        control=False,
    ),
    _spy(
        "read-by-program",
        "another program reads for it",
        "__import__('subprocess').run(['cat', '@home@/.ssh/id_ed25519'], capture_output=True).stdout",
    ),
    _spy(
        "read-memory-of-others",
        "the memory of its parent",
        "open(f'/proc/{os.getppid()}/mem', 'rb').read(1) or open(f'/proc/{os.getppid()}/maps').read()",
        control=False,
        flagged="/proc/",
    ),
    _spy("network-tcp", "a connection", "socket.create_connection(('127.0.0.1', @tcp@), 5)"),
    _spy(
        "network-udp",
        "a datagram",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', @udp@))",
    ),
    _spy(
        "network-unix",
        "a socket in the file system",
        "socket.socket(socket.AF_UNIX).connect('@unix@') or 'connected'",
    ),
    _spy(
        "network-http",
        "a web page, by Python's library",
        "__import__('urllib.request').request.urlopen('http://127.0.0.1:@tcp@', timeout=5)",
        control=False,
    ),
    _spy(
        "network-server-socket",
        "the kernel server's own socket, to start processes of other kinds",
        "[p for p in glob.glob('../*.sock') if socket.socket(socket.AF_UNIX).connect(p) is None]",
        control=False,
    ),
)
