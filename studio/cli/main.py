"""The command line: which command was meant, and one sentence and an exit code when it cannot be done."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import studio
from studio.core.errors import StudioError

PROBLEMS = 1
REFUSED = 2
INTERRUPTED = 130


Command = Callable[[argparse.Namespace], int]


def run(arguments: Sequence[str], open_window: Command) -> int:
    """Run `layer-studio` with these arguments and return its exit code: 0 done, 1 problems, 2 refused.

    `open_window` does what is asked for without a command's name; the command line itself knows no window.
    """
    name = arguments[0] if arguments else ""
    parser = COMMANDS[name]() if name in COMMANDS else window_parser(open_window)
    options = parser.parse_args(arguments[1:] if name in COMMANDS else arguments)
    command: Command = options.command
    try:
        return command(options)
    except StudioError as error:
        print(f"layer-studio: {error}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("layer-studio: stopped.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return REFUSED


def window_parser(open_window: Command) -> argparse.ArgumentParser:
    """The parser for `layer-studio [PROJECT]`."""
    parser = argparse.ArgumentParser(
        prog="layer-studio",
        description=studio.__doc__,
        epilog="Commands: suggest, check, train, export, import, trust, info. “layer-studio COMMAND --help” says more.",
    )
    parser.add_argument("--version", action="version", version=f"Layer Studio {studio.__version__}")
    parser.add_argument("project", nargs="?", type=Path, metavar="PROJECT", help="a .layers file to open")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="save a picture of the window and exit")
    parser.add_argument("--size", type=_size, default=None, metavar="WxH", help="the window's size, such as 1280x800")
    parser.add_argument("--theme", choices=("light", "dark", "contrast"), help="the colors")
    parser.add_argument("--select", metavar="NODE", help="select the node with this name or id")
    parser.add_argument(
        "--demo",
        action="store_true",
        help="train the project in the window and leave a picture, the model and the script in --out",
    )
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where --demo leaves its files")
    parser.set_defaults(command=open_window)
    return parser


def check_parser() -> argparse.ArgumentParser:
    """The parser for `layer-studio check`."""
    parser = _parser("check", "Check a project: shapes, counts and problems. Exits 0 if it is clean, 1 with problems.")
    parser.add_argument("--data", action="store_true", help="look at all of the data, too, and decode every file")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    _add_reading(parser)
    parser.set_defaults(command=_check)
    return parser


def train_parser() -> argparse.ArgumentParser:
    """The parser for `layer-studio train`."""
    parser = _parser("train", "Train a project and keep the run.")
    parser.add_argument("--epochs", type=_positive, metavar="N", help="train N epochs instead of the project's number")
    parser.add_argument("--out", type=Path, metavar="DIR", help="the folder of the run (made if missing)")
    parser.add_argument("--download", action="store_true", help="download the data if Keras has it and it is not here")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    _add_reading(parser)
    parser.set_defaults(command=_train)
    return parser


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--read-data", action="store_true", help="read data outside of the project's folder that was never read here"
    )


def suggest_parser() -> argparse.ArgumentParser:
    """The parser for `layer-studio suggest`."""
    about = "Write a project with a model for some data, and print it. Downloads and trains nothing."
    parser = argparse.ArgumentParser(prog="layer-studio suggest", description=about)
    parser.add_argument("data", metavar="DATA", help="a file, a folder, or the name of a data set, such as iris")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="PROJECT", help="the project to write")
    parser.add_argument(
        "--target", action="append", default=[], metavar="FEATURE", help="what is to be predicted; may be repeated"
    )
    parser.set_defaults(command=_suggest)
    return parser


def export_parser() -> argparse.ArgumentParser:
    """The parser for `layer-studio export`."""
    parser = _parser("export", "Write a project's Python.")
    parser.add_argument("--to", choices=("script",), required=True, help="what to write")
    parser.add_argument("--epochs", type=_positive, metavar="N", help="train N epochs instead of the project's number")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="the file to write")
    parser.set_defaults(command=_export)
    return parser


def import_parser() -> argparse.ArgumentParser:
    """The parser for `layer-studio import`."""
    about = "Draw a model that Keras saved; nothing of the file is run."
    parser = argparse.ArgumentParser(prog="layer-studio import", description=about)
    parser.add_argument("model", type=Path, metavar="FILE", help="a .keras file, or the text of model.to_json()")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="PROJECT", help="the project to write")
    parser.set_defaults(command=_import)
    return parser


def trust_parser() -> argparse.ArgumentParser:
    """The parser for `layer-studio trust`."""
    parser = _parser("trust", "Show the code of a project's custom layers, and decide whether it may run.")
    parser.add_argument("--sha256", metavar="SHA", help="trust the text with this SHA-256, without asking")
    parser.set_defaults(command=_trust)
    return parser


def info_parser() -> argparse.ArgumentParser:
    """The parser for `layer-studio info`."""
    parser = argparse.ArgumentParser(prog="layer-studio info", description="Say what is installed, and where.")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    parser.set_defaults(command=_info)
    return parser


COMMANDS: dict[str, Callable[[], argparse.ArgumentParser]] = {
    "suggest": suggest_parser,
    "check": check_parser,
    "train": train_parser,
    "export": export_parser,
    "import": import_parser,
    "trust": trust_parser,
    "info": info_parser,
}


def _parser(name: str, description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"layer-studio {name}", description=description)
    parser.add_argument("project", type=Path, metavar="PROJECT", help="a .layers file")
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number of 1 or more")
    return int(text)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"“{text}” is not a size such as 1280x800")
    return (int(width), int(height))


# Each command imports its world when it runs: none of them waits for what only another needs.


def _suggest(options: argparse.Namespace) -> int:
    from studio.cli.suggest import suggest

    return suggest(options.data, options.output, targets=options.target)


def _check(options: argparse.Namespace) -> int:
    from studio.cli.check import check

    return check(options.project, as_json=options.json, data=options.data, reads=options.read_data)


def _train(options: argparse.Namespace) -> int:
    from studio.cli.train import train

    return train(
        options.project,
        epochs=options.epochs,
        out=options.out,
        as_json=options.json,
        download=options.download,
        reads=options.read_data,
    )


def _export(options: argparse.Namespace) -> int:
    from studio.cli.export import export

    return export(options.project, options.output, epochs=options.epochs)


def _import(options: argparse.Namespace) -> int:
    from studio.cli.importing import import_model

    return import_model(options.model, options.output)


def _trust(options: argparse.Namespace) -> int:
    from studio.cli.trust import trust

    return trust(options.project, sha256=options.sha256)


def _info(options: argparse.Namespace) -> int:
    from studio.cli.info import info

    return info(as_json=options.json)
