"""What an Inception module costs, convolution by convolution, with and without reductions."""

from __future__ import annotations

from matplotlib.figure import Figure

from convlab.explore.controls import Slider
from convlab.explore.explorer import Explorer
from convlab.inception import bottleneck_convs, naive_convs, total
from convlab.questions import Prediction
from convlab.show.style import colour


def draw(fig: Figure, *, side: int, c_in: int, reduce3: int, reduce5: int, c3: int, c5: int) -> None:
    """Draw both modules' multiply-adds as bars, one for each convolution."""
    naive = naive_convs(side, c_in, 128, c3, c5)
    thin = bottleneck_convs(side, c_in, 128, reduce3, c3, reduce5, c5, 64)
    highest = 1.18 * max(conv.multiply_adds for conv in (*naive, *thin)) / 1e6
    rows = ((naive, "naive", 0.09, 0.24, "kernel"), (thin, "with 1×1 reductions", 0.43, 0.55, "output"))
    for convs, name, left, width, role in rows:
        ax = fig.add_axes((left, 0.2, width, 0.6))
        work = [conv.multiply_adds / 1e6 for conv in convs]
        ax.bar(range(len(convs)), work, color=colour(role), width=0.65)
        for i, value in enumerate(work):
            ax.text(i, value, f"{value:.0f}", ha="center", va="bottom", fontsize=11)
        ax.set_xticks(range(len(convs)), [conv.name.replace(" ", "\n", 1) for conv in convs], fontsize=10)
        ax.set(ylim=(0, highest), title=f"{name}: {total(convs) / 1e6:.0f} M")
    fig.axes[0].set_ylabel("multiply-adds, millions")
    saved = total(naive) / total(thin)
    words = f"{saved:.1f} times less work with reductions" if saved > 1 else "these reductions save nothing"
    fig.suptitle(words, fontsize=13, y=0.97)


inception_calculator = Explorer(
    draw=draw,
    controls=(
        Slider("side", 7, 56, 28, step=7, label="height and width"),
        Slider("c_in", 64, 832, 256, step=64, label="channels in"),
        Slider("reduce3", 16, 256, 64, step=16, label="1×1 before 3×3"),
        Slider("reduce5", 8, 256, 64, step=8, label="1×1 before 5×5"),
        Slider("c3", 32, 384, 192, step=32, label="3×3 channels"),
        Slider("c5", 16, 192, 96, step=16, label="5×5 channels"),
    ),
    predict=Prediction(
        "256 channels come in at 28×28. Which one of the six convolutions, made twice as wide at its output, "
        "costs the most?",
        {
            "the 3×3 (192 channels out)": "It adds 87 million. The 5×5 has 25 weights for each pair of channels.",
            "the 5×5 (96 channels out)": "It adds 120 million. One other change adds more.",
            "the 1×1 before the 5×5 (64 channels out)": (
                "Twice as wide it costs 13 million more itself, and the 5×5 behind it then reads twice as much: "
                "120 million more. Together 133 million: the width of the bottleneck counts twice."
            ),
        },
        "the 1×1 before the 5×5 (64 channels out)",
    ),
    alt="Bars of multiply-adds for each convolution of a naive Inception module and of one with 1×1 reductions.",
    size=(11.0, 4.2),
)
