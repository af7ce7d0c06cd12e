"""08 Inception: modules with four branches, auxiliary heads, GoogLeNet, and what a module costs."""

EXERCISES = {
    "NaiveInception": "naive_inception",
    "Inception": "inception",
    "inception_cost": "inception_cost",
    "AuxiliaryHead": "auxiliary_head",
    "GoogLeNet": "googlenet",
}
