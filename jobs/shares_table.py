"""Prints what models with shared rows reach beside pruning by magnitude: shares_table.py OUT EVALUATE.json ...

Each report is one of `simplicit evaluate --magnitude`. Writes OUT.md, the table, and OUT.gp, which draws OUT.png."""

import json
import sys

out, reports = sys.argv[1], sys.argv[2:]
scores = sorted((json.load(open(path)) for path in reports), key=lambda score: -score["kept"])
network = scores[0]
parameters = network["baseline_parameters"]

rows = [("parameters", "kept", "shared rows", "by magnitude", "bytes", "µs a sample"),
        (f"{parameters:,}", "100 %", f"{network['baseline_accuracy']:.2%}", f"{network['baseline_accuracy']:.2%}",
         f"{network['bytes']['baseline']:,}", "")]
for score in scores:
    rows.append((f"{score['nonzeros']:,}", f"{100 * score['kept']:.1f} %", f"{score['accuracy']:.2%}",
                 f"{score['magnitude_accuracy']:.2%}", f"{score['bytes']['model']:,}",
                 f"{1e6 * score['seconds']['sample']:.1f}"))
widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
lines = ["| " + " | ".join(cell.rjust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
lines.insert(1, "|" + "|".join("-" * (width + 1) + ":" for width in widths) + "|")
table = "\n".join(lines)
print()
print(table)
with open(out + ".md", "w") as file:
    file.write(table + "\n")

points = "\n".join(f"{100 * score['kept']} {100 * score['accuracy']} {100 * score['magnitude_accuracy']}"
                   for score in scores)
name = out.replace("\\", "\\\\").replace('"', '\\"')
with open(out + ".gp", "w") as file:
    file.write(f"""$points << END
{points}
END
set terminal pngcairo size 900,560 font "sans,12"
set output "{name}.png"
set logscale x
set xrange [3:110]
set xtics (5, 10, 25, 50, 100)
set yrange [0:100]
set xlabel "% of the {parameters} parameters kept"
set ylabel "test accuracy, %"
set key bottom right
set grid
plot {100 * network['baseline_accuracy']} with lines dashtype 2 linecolor "gray40" title "the network", \\
  $points using 1:2 with linespoints linewidth 2 pointtype 7 title "rows shared by all positions", \\
  $points using 1:3 with linespoints linewidth 2 pointtype 5 title "pruned by magnitude"
""")
