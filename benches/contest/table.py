"""What is shown in the end: a table of medians, and the three ratios that decide."""

import json
from dataclasses import dataclass
from statistics import median

HEAD = ("CONTESTANT", "RUNS", "MEDIAN", "RANGE", "TO FLOOR", "TO ANSIBLE")


@dataclass(frozen=True)
class Claim:
    """A ratio of two medians that must not be above, or not below, a bound."""

    text: str
    above: str
    below: str
    bound: float
    at_most: bool

    def judge(self, medians):
        """The ratio and whether it holds; None where one of the two was not measured."""
        if self.above not in medians or self.below not in medians:
            return None
        ratio = medians[self.above] / medians[self.below]
        return ratio, ratio <= self.bound if self.at_most else ratio >= self.bound


CLAIMS = (
    Claim("tlsplan takes at most 1.3 times the floor", "tlsplan", "floor", 1.3, at_most=True),
    Claim("Ansible takes at least 7.5 times as long as tlsplan", "ansible", "tlsplan", 7.5, at_most=False),
    Claim("with nothing to do, at least 6 times as long", "ansible-again", "tlsplan-again", 6, at_most=False),
)


def medians_of(results):
    return {name: median(seconds) for name, seconds in results.seconds.items()}


def show(results):
    """Prints the table and the verdicts, and returns whether every claim that could be judged holds."""
    medians = medians_of(results)
    rows = [HEAD, *(row(name, results.seconds[name], medians) for name in sorted(medians, key=medians.get))]
    widths = [max(len(line[column]) for line in rows) for column in range(len(HEAD))]
    for name, *numbers in rows:
        print("  ".join([name.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=True))]))
    print()
    verdicts = [(claim, claim.judge(medians)) for claim in CLAIMS]
    for claim, verdict in verdicts:
        print(describe(claim, verdict))
    return all(holds for _, verdict in verdicts if verdict for holds in verdict[1:])


def row(name, seconds, medians):
    # A run that finds nothing to do is compared with its like.
    suffix = "-again" if name.endswith("-again") else ""
    return (
        name,
        str(len(seconds)),
        f"{medians[name]:.2f} s",
        f"{min(seconds):.2f}-{max(seconds):.2f}",
        ratio(medians[name], None if suffix else medians.get("floor")),
        ratio(medians[name], medians.get("ansible" + suffix)),
    )


def ratio(seconds, other):
    return f"{seconds / other:.2f}" if other else "-"


def describe(claim, verdict):
    if verdict is None:
        return f"  --  {claim.text}: not measured"
    value, holds = verdict
    return f"{'PASS' if holds else 'FAIL'}  {claim.text}: {value:.2f}"


def write_json(path, results):
    medians = medians_of(results)
    claims = []
    for claim in CLAIMS:
        value, holds = claim.judge(medians) or (None, None)
        claims.append({"claim": claim.text, "bound": claim.bound, "ratio": value, "holds": holds})
    document = {"seconds": results.seconds, "load_before": results.load, "medians": medians, "claims": claims}
    path.write_text(json.dumps(document, indent=2) + "\n")
