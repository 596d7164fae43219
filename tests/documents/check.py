"""Holds the documents against the program and the tree: check.py SOURCE_DIR SIMPLICIT.

Every relative link and every path of the repository that is named must exist, every option after `simplicit COMMAND`
must be one that the command's help lists, and every option named in running text must be one of some command or script."""

import pathlib
import re
import subprocess
import sys

source, simplicit = pathlib.Path(sys.argv[1]), sys.argv[2]
documents = [source / "README.md", source / "jobs/README.md", source / ".github/CONTRIBUTING.md",
             *sorted((source / "docs").glob("*.md"))]
# Options of other programs that the documents name.
foreign = {"--preset", "--build", "--install", "--test-dir", "--nodes", "--ntasks", "--array", "--mem", "--requeue",
           "--mpi", "--kill-on-bad-exit", "--signal", "--output-on-failure", "--show-capture"}


def help_of(*command):
    return subprocess.run([simplicit, *command, "--help"], capture_output=True, text=True, check=True).stdout


def options_in(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


commands = re.findall(r"^  ([a-z]+) ", help_of().split("Subcommands:")[1], re.M)
options = {command: options_in(help_of(command)) for command in commands}
known = set().union(*options.values()) | options_in(help_of()) | foreign
for script in [*source.glob("jobs/*.sh"), *source.glob("jobs/networks/*.py"), *source.glob("jobs/*.sbatch"), *source.glob("jobs/*.py"),
               *source.glob("tests/bench/*.sh"), *source.glob("tests/fuzz/*.sh")]:
    known |= options_in(script.read_text())

faults = []


def anchors_of(path):
    headings = re.findall(r"^#+ (.*)$", path.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def check_links(path, text):
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        place = (path.parent / name).resolve() if name else path
        if not place.exists():
            faults.append(f"{path.name}: links to {target}, which is not there")
        elif anchor and anchor not in anchors_of(place):
            faults.append(f"{path.name}: {place.name} has no heading for #{anchor}")


def check_paths(path, text):
    # Only text in code style that looks like a path of this repository.
    for name in re.findall(r"`((?:src|include|tests|jobs|cmake|docs)/[\w./-]+)`", text):
        if not re.search("NAME|FOLDER", name) and not (source / name).exists():
            faults.append(f"{path.name}: names {name}, which is not there")


def check_options(path, text):
    joined = re.sub(r"\\\n\s*", " ", text)
    for command, rest in re.findall(r"\bsimplicit ([a-z]+)((?:[^\n`#|]|\\\|)*)", joined):
        if command not in commands:
            continue
        for option in sorted(options_in(rest) - options[command] - {"--help"}):
            faults.append(f"{path.name}: simplicit {command} has no option {option}")
    for option in sorted(options_in(text) - known):
        faults.append(f"{path.name}: nothing has an option {option}")


for document in documents:
    text = document.read_text()
    check_links(document, text)
    check_paths(document, text)
    check_options(document, text)
for code in [*source.glob("src/**/*.?pp"), *source.glob("include/**/*.hpp"), *source.glob("tests/**/*.?pp")]:
    for name in re.findall(r"\b((?:docs|jobs)/[\w-]+\.md)", code.read_text()):
        if not (source / name).exists():
            faults.append(f"{code.relative_to(source)}: refers to {name}, which is not there")
for command in commands:
    if not any(f"simplicit {command}" in document.read_text() for document in documents):
        faults.append(f"no document shows simplicit {command}")
lines = len((source / "README.md").read_text().splitlines())
if lines > 150:
    faults.append(f"README.md has {lines} lines; what a newcomer does not need at once belongs into docs/")

print("\n".join(faults) if faults else f"{len(documents)} documents agree with the program")
sys.exit(1 if faults else 0)
