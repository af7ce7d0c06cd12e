"""One source, two editions: the live one has a prompt and a catch-up where the full one has code."""

from __future__ import annotations

import pytest

from autograder.errors import SourceError

UNIT = "00_first"


@pytest.fixture
def editions(course_builder, lecture_source):
    builder = course_builder(lecture=lecture_source)
    unit = builder.course.unit(UNIT)
    return builder.make("lecture", unit), builder.make("live", unit)


def test_the_full_edition_holds_the_code(editions):
    full, _ = editions
    code = [cell.source for cell in full.cells if cell.cell_type == "code"]
    assert code[2] == "total_of_numbers = sum(numbers)\nprint(total_of_numbers)"
    assert [cell.metadata.get("tags") for cell in full.cells if cell.cell_type == "code"] == [
        None,
        None,
        ["live"],
        ["live"],
        ["volatile"],
    ]


def test_the_live_edition_has_prompts_instead(editions):
    _, live = editions
    code = [cell.source for cell in live.cells if cell.cell_type == "code"]
    assert code[2] == "# Type: Add the numbers up and print the total.\n"
    assert code[3] == "# Type: the mean, from the total.\n"
    assert not any("total_of_numbers" in source for source in code)


def test_each_prompt_has_its_code_collapsed_beside_it(editions):
    full, live = editions
    typed = [cell.source for cell in full.cells if "live" in cell.metadata.get("tags", ())]
    prompts = [index for index, cell in enumerate(live.cells) if "live" in cell.metadata.get("tags", ())]
    assert len(prompts) == len(typed) == 2
    for index, code in zip(prompts, typed, strict=True):
        below = live.cells[index + 1]
        assert below.cell_type == "markdown"
        assert below.source.startswith("<details><summary>")
        assert f"```python\n{code}\n```" in below.source


def test_tags_become_slides(editions):
    full, live = editions
    for notebook in (full, live):
        slides = [cell.metadata.get("slideshow", {}).get("slide_type") for cell in notebook.cells]
        assert slides[:3] == ["slide", "skip", "slide"]
        assert slides.count("slide") == 3


def test_nothing_of_nbgrader_is_in_a_lecture(editions):
    assert not any("nbgrader" in cell.metadata for notebook in editions for cell in notebook.cells)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('# %% tags=["live"]\nx = 1\n', "without a prompt"),
        ('# %% [markdown] tags=["live"]\n# text\n', "only code is typed along"),
        ('# %% role="readonly" grade_id="x"\nx = 1\n', "roles belong to assignments"),
        ("# %% [markdown]\n# # A title\n", "start with ##"),
    ],
)
def test_what_does_not_make_a_lecture_is_refused_with_its_line(course_builder, text, said):
    builder = course_builder(lecture=text)
    with pytest.raises(SourceError, match=r"^sources/lectures/00_first\.py:1: ") as caught:
        builder.make("live", builder.course.unit(UNIT))
    assert said in str(caught.value)
