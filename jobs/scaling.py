"""scaling.py FOLDER: table and picture of the runs that scaling.sh left in FOLDER.

Of the repetitions the one with the median time counts. With P0 the smallest number of ranks, T the seconds and N the rows,
speed-up = P0 * (T(P0) / N(P0)) / (T / N) and efficiency = speed-up / P. Strong scaling has the same N everywhere and
takes T of Gram and solve, and of the whole run; weak scaling takes T of solve, as Gram does not grow with the rows."""
import collections
import csv
import glob
import json
import os
import re
import shutil
import subprocess
import sys

PHASES = ["read", "gram", "solve", "gather", "write"]
FIELDS = ["kind", "ranks", "rows", "solved", *PHASES, "total", "speedup", "efficiency", "speedup_total", "efficiency_total"]

GNUPLOT = """set terminal pngcairo size 1000,420 font ",11"
set output "scaling.png"
set datafile separator ","
set key top left
set grid
set xlabel "ranks"
set logscale x 2
set xrange [{first}/1.2:{last}*1.2]
set multiplot layout 1,2
set title "Speed-up"
set logscale y 2
set yrange [*:{last}*1.2]
plot x notitle lc rgb "gray" dt 2, \\
     {speedups}
unset logscale y
set title "Efficiency, %"
set key bottom left
set yrange [0:110]
plot 100 notitle lc rgb "gray" dt 2, \\
     {efficiencies}
unset multiplot
"""


def runs_of(folder):
    """(kind, ranks) -> reports."""
    runs = collections.defaultdict(list)
    for path in glob.glob(os.path.join(glob.escape(folder), "*-ranks-*-run-*.json")):
        kind, ranks = re.match(r"(\w+)-ranks-(\d+)-run", os.path.basename(path)).groups()
        with open(path) as file:
            runs[kind, int(ranks)].append(json.load(file))
    return runs


def row_of(kind, ranks, reports):
    reports = sorted(reports, key=lambda report: report["seconds"]["gram"] + report["seconds"]["solve"])
    report = reports[(len(reports) - 1) // 2]
    seconds = {phase: report["seconds"][phase] for phase in [*PHASES, "total"]}
    return {"kind": kind, "ranks": ranks, "rows": report["rows"], "solved": report["solved"], **seconds}


def add_ratios(kind, rows):
    first = rows[0]
    times = {"": lambda r: r["solve"]}
    if kind == "strong":
        times = {"": lambda r: r["gram"] + r["solve"], "_total": lambda r: r["total"]}
    for row in rows:
        for suffix, seconds in times.items():
            ratio = first["ranks"] * (seconds(first) / first["rows"]) / (seconds(row) / row["rows"])
            row["speedup" + suffix] = ratio
            row["efficiency" + suffix] = ratio / row["ranks"]


def markdown(rows):
    lines = ["| scaling | ranks | rows | read | Gram | solve | gather | write | total | speed-up | efficiency | of the whole run |",
             "|---|" + "---:|" * 11]
    for row in rows:
        phases = " | ".join(f"{row[phase]:.2f}" for phase in [*PHASES, "total"])
        whole = f"{row['efficiency_total']:.0%}" if "efficiency_total" in row else ""
        lines.append(f"| {row['kind']} | {row['ranks']} | {row['rows']} | {phases} | {row['speedup']:.2f} "
                     f"| {row['efficiency']:.0%} | {whole} |")
    return "\n".join(lines)


CURVES = [
    ("strong", "", "strong, Gram and rows", "lc rgb '#1f77b4' pt 7"),
    ("strong", "_total", "strong, whole run", "lc rgb '#1f77b4' pt 6 dt 3"),
    ("weak", "", "weak, rows", "lc rgb '#d62728' pt 5"),
]


def draw(folder, rows, kinds):
    def curves(column, factor):
        return ", \\\n     ".join(
            f"'scaling.csv' using (strcol(1) eq '{kind}' ? $2 : NaN):({factor}*${FIELDS.index(column + suffix) + 1}) "
            f"with linespoints {style} title '{title}'"
            for kind, suffix, title, style in CURVES if kind in kinds)
    with open(os.path.join(folder, "scaling.gnuplot"), "w") as file:
        ranks = [row["ranks"] for row in rows]
        file.write(GNUPLOT.format(first=min(ranks), last=max(ranks), speedups=curves("speedup", 1), efficiencies=curves("efficiency", 100)))
    if shutil.which("gnuplot"):
        subprocess.run(["gnuplot", "scaling.gnuplot"], cwd=folder, check=True)
        return "scaling.png"
    return "scaling.gnuplot (gnuplot is not here: draw it elsewhere with 'gnuplot scaling.gnuplot')"


def main(folder):
    runs = runs_of(folder)
    logs = glob.glob(os.path.join(glob.escape(folder), "*-ranks-*-run-*.log"))
    failed = sorted(log for log in logs if not os.path.exists(log[:-4] + ".json"))
    if not runs:
        sys.exit(f"{folder}: no run has left a report, see {', '.join(failed) or 'the logs'}")
    kinds = sorted({kind for kind, _ in runs})
    rows = []
    for kind in kinds:
        of_kind = [row_of(kind, ranks, runs[key]) for key in sorted(runs) for k, ranks in [key] if k == kind]
        add_ratios(kind, of_kind)
        rows += of_kind
    with open(os.path.join(folder, "scaling.csv"), "w", newline="") as file:
        table = csv.DictWriter(file, FIELDS)
        table.writeheader()
        table.writerows(rows)
    text = markdown(rows)
    with open(os.path.join(folder, "scaling.md"), "w") as file:
        file.write(text + "\n")
    missed = sum(row["rows"] - row["solved"] for row in rows)
    print(text)
    if missed:
        print(f"\n{missed} rows missed the tolerance, see the logs")
    print(f"\nSeconds of the median run; speed-up is of Gram and solve (weak: of solve). In {folder}: scaling.csv, scaling.md, "
          + draw(folder, rows, kinds))
    if failed:
        sys.exit(f"Runs that left no report, see their logs: {', '.join(failed)}")


if __name__ == "__main__":
    main(sys.argv[1])
