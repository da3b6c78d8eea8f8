"""The same book under another setting of its code."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_book import page, replace

from ooms_book.__main__ import main
from ooms_book.build import build
from ooms_book.errors import BookError
from ooms_book.project.project import Project
from ooms_book.project.variants import Variant
from ooms_book.run.runs import published, stale

SETTING = """
    ooms_book_variant:
      variable: GARDEN_WEATHER
      default: usual
      file: weather/{variant}.toml
      banner: "In a <em>{title}</em>, by {author}."
      beside: "[usually {text}]"
"""


@pytest.fixture
def with_variants(built: Project) -> Path:
    """The sample, with a variant in which it rains half as much."""
    replace(
        built.root / "src/garden/weather.py",
        'return sum(float(row["rain_mm"]) for row in rows("rain"))',
        'rain = sum(float(row["rain_mm"]) for row in rows("rain"))\n'
        '    return rain / 2 if os.environ.get("GARDEN_WEATHER") == "dry" else rain',
    )
    replace(built.root / "src/garden/weather.py", '"""Rain."""\n', '"""Rain."""\n\nimport os\n')
    with open(built.root / "_config.yml", "a", encoding="utf-8") as config:
        config.write(SETTING)
    (built.root / "weather").mkdir()
    (built.root / "weather/dry.toml").write_text('title = "Dry < wet year"\nauthor = "A & B"\n')
    return built.root


def test_a_variant_says_so_on_every_page_and_shows_what_the_book_says(with_variants: Path) -> None:
    variant = Project(with_variants, variant="dry")
    report = build(variant)
    assert set(report.ran) == {"chapters/rain", "chapters/growth"}
    assert variant.site == with_variants / "_build/variants/dry"
    pages = [path for path in variant.site.rglob("*.html") if "_static" not in path.parts]
    assert len(pages) > 4
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert "In a <em>Dry &lt; wet year</em>, by A &amp; B." in text, path.name
    usual = Project(with_variants)
    rain = published(usual.records)["chapters/rain"]["rain"]["text"]
    half = published(variant.records)["chapters/rain"]["rain"]["text"]
    assert float(half.split()[0]) == pytest.approx(float(rain.split()[0]) / 2, abs=0.5)
    shown = page(variant, "chapters/rain")
    assert f'{half}</a> <span class="value-beside">[usually {rain}]</span>' in shown
    # What does not differ is said once.
    assert "value-beside" not in page(variant, "chapters/growth")

    # The book itself keeps its own records and site.
    assert not stale(usual)
    again = build(Project(with_variants, variant="dry"))
    assert not again.ran
    assert not again.rendered


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("dyr", 'weather/dyr.toml is missing; the nearest is "dry" (dry)'),
        ("../dry", "is not in small letters, digits and hyphens"),
    ],
)
def test_a_variant_that_is_none_is_named(
    with_variants: Path, name: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "--root", str(with_variants), "--variant", name]) == 1
    assert message in capsys.readouterr().err
    assert not (with_variants / "_build/variants").exists()


def test_the_default_variant_is_the_book_itself(with_variants: Path) -> None:
    assert Project(with_variants, variant="usual").variant is None
    assert Project(with_variants, variant="usual").site == Project(with_variants).site


def test_a_book_without_variants_says_so(built: Project) -> None:
    with pytest.raises(BookError, match=r"_config\.yml has no ooms_book_variant"):
        Project(built.root, variant="dry")


def test_a_banner_may_name_only_what_the_file_says(tmp_path: Path) -> None:
    settings = {"variable": "X", "banner": "By {author}", "file": "{variant}.toml"}
    (tmp_path / "a.toml").write_text('title = "A"\n')
    with pytest.raises(BookError, match="the banner names 'author', which no file has"):
        Variant.of(tmp_path, settings, "a")
    (tmp_path / "a.toml").write_text("title = A\n")
    with pytest.raises(BookError, match=r"a\.toml: it is not TOML"):
        Variant.of(tmp_path, settings, "a")
