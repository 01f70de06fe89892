"""The house: one command to run, one to test, and a set-up that is done once, whole, and says what it lacks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIBRARIES = re.findall(r"(?m)^(lib\S+\.so\S*) (lib\S+)$", (ROOT / ".ci" / "qt-libraries").read_text())

PYTHON = """#!/bin/sh
echo "python $* bytecode=${PYTHONDONTWRITEBYTECODE-unset}" >>"$LOG"
case "$*" in
    *"-m venv"*) mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
    *"-m pip"*) exit "${PIP_EXIT-0}" ;;
    *ensurepip*) exit "${VENV_EXIT-0}" ;;
    *version_info*) case "$*" in *raise*) exit "${VERSION_EXIT-0}" ;; *) echo 3.11 ;; esac ;;
    *purelib*) echo .venv/packages ;;
    *--version*) echo Python 3.11.2 ;;
esac
"""


@dataclass
class House:
    """A copy of the scripts in a world of our making: what is on the PATH is what a test put there."""

    root: Path

    def put(self, name: str, text: str) -> None:
        """Put a program on the PATH, before the real ones."""
        path = self.root / "bin" / name
        path.write_text(text)
        path.chmod(0o755)

    def run(self, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.root / 'bin'}:/usr/bin:/bin"
        return subprocess.run(
            [self.root / ".ci" / script],
            env={"PATH": path, "HOME": str(self.root), "LOG": str(self.root / "log"), **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def log(self) -> list[str]:
        """What the programs that were put here were asked to do, since the last look."""
        path = self.root / "log"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    @property
    def stamp(self) -> Path:
        return self.root / ".venv" / "layer-studio-ready"


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A machine with every library and a font, whose user may not install anything."""
    made = House(tmp_path / "house")
    shutil.copytree(ROOT / ".ci", made.root / ".ci")
    shutil.copy(ROOT / "pyproject.toml", made.root)
    (made.root / "bin").mkdir()
    fonts = made.root / ".fonts"
    fonts.mkdir()
    (fonts / "one.ttf").touch()
    made.put("id", "#!/bin/sh\necho 1000\n")
    made.put("sudo", "#!/bin/sh\nexit 1\n")
    made.put("apt-get", '#!/bin/sh\necho "apt-get $*" >>"$LOG"\nexit "${APT_EXIT-0}"\n')
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        made.put(name, PYTHON)
    lack(made)
    return made


def lack(house: House, *missing: str) -> None:
    """Let the machine have every library but `missing`."""
    lines = [f"\t{name} (libc6,x86-64) => /lib/{name}" for name, _ in LIBRARIES if name not in missing]
    house.put("ldconfig", "#!/bin/sh\ncat <<'LIST'\n" + "\n".join(lines) + "\nLIST\n")


def test_make_lists_every_target_with_what_it_does() -> None:
    listing = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"(?m)^\.PHONY: (.*)$", (ROOT / "Makefile").read_text())
    assert phony is not None
    assert [line.split()[0] for line in listing.splitlines()] == phony[1].split()
    assert all(len(line.split()) > 3 for line in listing.splitlines())


@pytest.mark.parametrize("code", [0, 2])
def test_continuous_integration_makes_test_and_passes_its_exit_code_on(house: House, code: int) -> None:
    house.put("make", f'#!/bin/sh\necho "make $* in $(pwd)" >>"$LOG"\nexit {code}\n')
    assert house.run("run").returncode == code
    assert house.log() == [f"make test in {house.root}"]


def test_a_failing_step_is_named_and_ends_the_checks(house: House) -> None:
    shutil.copy(ROOT / "Makefile", house.root)
    house.run("set-up")
    house.put("fails", "#!/bin/sh\nexit 3\n")
    shutil.copy(house.root / "bin" / "fails", house.root / ".venv" / "bin" / "python")
    stamp = house.root / ".ci" / "set-up"
    stamp.write_text("#!/bin/sh\n")
    done = subprocess.run(["make", "test"], cwd=house.root, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "== ruff check" in done.stdout
    assert "FAILED: ruff check" in done.stderr
    assert "== mypy" not in done.stdout


def test_nothing_is_said_or_done_when_nothing_is_missing(house: House) -> None:
    done = house.run("qt-libraries")
    assert (done.returncode, done.stdout, done.stderr, house.log()) == (0, "", "", [])


def test_a_user_who_may_not_install_reads_one_line_with_the_command(house: House) -> None:
    lack(house, "libxcb-cursor.so.0", "libEGL.so.1", "libglib-2.0.so.0", "libgthread-2.0.so.0")
    done = house.run("qt-libraries")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "Layer Studio needs system libraries for its window. Install it with: sudo sh -c 'apt-get update && "
        "apt-get install -y --no-install-recommends libegl1 libglib2.0-0 libxcb-cursor0'\n"
    )
    assert house.log() == []


def test_root_has_the_missing_libraries_installed(house: House) -> None:
    lack(house, "libxcb-cursor.so.0")
    house.put("id", "#!/bin/sh\necho 0\n")
    done = house.run("qt-libraries")
    assert done.returncode == 0
    assert house.log() == ["apt-get update", "apt-get install -y --no-install-recommends libxcb-cursor0"]


def test_a_user_with_sudo_has_them_installed_through_it(house: House) -> None:
    lack(house, "libxcb-cursor.so.0")
    house.put("sudo", '#!/bin/sh\necho "sudo $1" >>"$LOG"\nshift\nexec "$@"\n')
    assert house.run("qt-libraries").returncode == 0
    assert house.log() == [
        "sudo -n",
        "sudo -n",
        "apt-get update",
        "apt-get install -y --no-install-recommends libxcb-cursor0",
    ]


def test_an_installation_that_fails_names_the_command_to_try(house: House) -> None:
    lack(house, "libxcb-cursor.so.0")
    house.put("id", "#!/bin/sh\necho 0\n")
    done = house.run("qt-libraries", APT_EXIT="100")
    assert done.returncode == 1
    assert "Try: sudo sh -c 'apt-get update" in done.stderr.splitlines()[-1]


def test_a_machine_without_any_font_gets_one(house: House) -> None:
    script = house.root / ".ci" / "qt-libraries"
    script.write_text(script.read_text().replace("/usr/share/fonts /usr/local/share/fonts", "/nowhere"))
    shutil.rmtree(house.root / ".fonts")
    done = house.run("qt-libraries")
    assert done.returncode == 1
    assert "fonts-dejavu-core" in done.stderr


def test_set_up_is_done_once_and_the_second_time_starts_at_once(house: House) -> None:
    first = house.run("set-up", PYTHONDONTWRITEBYTECODE="1")
    assert first.returncode == 0, first.stderr
    asked = house.log()
    assert any("-m pip install" in line and "-e .[dev]" in line for line in asked)
    assert any("compileall" in line and "studio .venv/packages" in line for line in asked)
    assert all("bytecode=unset" in line for line in asked)
    assert house.run("set-up").stdout == ""
    assert all("-m" not in line for line in house.log())


def test_a_changed_pyproject_installs_again_into_the_same_venv(house: House) -> None:
    house.run("set-up")
    house.log()
    with (house.root / "pyproject.toml").open("a") as file:
        file.write("# another dependency\n")
    assert house.run("set-up").returncode == 0
    asked = "\n".join(house.log())
    assert "-m pip install" in asked
    assert "-m venv" not in asked


def test_a_tree_that_was_moved_is_set_up_again(house: House) -> None:
    house.run("set-up")
    moved = House(house.root.with_name("moved"))
    house.root.rename(moved.root)
    moved.log()
    assert moved.run("set-up").returncode == 0
    assert any("-m pip install" in line for line in moved.log())


def test_a_set_up_that_fails_leaves_no_stamp_and_is_done_again(house: House) -> None:
    assert house.run("set-up", PIP_EXIT="1").returncode != 0
    assert not house.stamp.exists()
    assert house.run("set-up").returncode == 0
    assert house.stamp.exists()


def test_a_set_up_that_fails_later_forgets_the_earlier_success(house: House) -> None:
    house.run("set-up")
    with (house.root / "pyproject.toml").open("a") as file:
        file.write("# another dependency\n")
    assert house.run("set-up", PIP_EXIT="1").returncode != 0
    assert not house.stamp.exists()


def test_no_fitting_python_is_said_in_one_line(house: House) -> None:
    done = house.run("set-up", VERSION_EXIT="1")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Python 3.11, 3.12 or 3.13" in done.stderr
    assert "sudo apt-get install -y python3 python3-venv" in done.stderr
    assert not (house.root / ".venv").exists()


def test_a_python_without_venv_is_said_in_one_line_with_the_package(house: House) -> None:
    done = house.run("set-up", VENV_EXIT="1")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "apt-get install -y --no-install-recommends python3.11-venv" in done.stderr


@pytest.mark.skipif(not os.path.exists("/usr/bin/ldd"), reason="asks the loader of a GNU system")
def test_the_list_of_libraries_is_what_qt_links_to() -> None:
    import PySide6

    here = Path(PySide6.__file__).parent
    plugins = [here / "Qt" / "plugins" / "platforms" / f"libq{name}.so" for name in ("xcb", "wayland", "offscreen")]
    modules = [here / f"Qt{name}.abi3.so" for name in ("Gui", "Widgets", "Svg", "Test")]
    listed = {name for name, _ in LIBRARIES}
    needed: set[str] = set()
    for file in (*plugins, *modules):
        text = subprocess.run(["/usr/bin/ldd", file], capture_output=True, text=True, check=True).stdout
        needed |= set(re.findall(r"(lib(?:xcb|X11|xkb|wayland|EGL|GL\b|fontconfig|dbus)\S*\.so\.\d+)", text))
    assert needed - listed == set()
