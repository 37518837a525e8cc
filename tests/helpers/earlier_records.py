"""Run folders as versions before rows left them: a JSON file for each record."""

from pathlib import Path

from studies.records import rows, store
from studies.records.strict_json import to_json


def as_before(folder: Path) -> None:
    """Turn the rows of a folder into such files."""
    (folder / "records").mkdir(exist_ok=True)
    for key in rows.keys(folder):
        _, data = rows.find(folder, key)
        content = rows.content(data)
        text = to_json({"checksum": store._checksum(content), "record": content}, indent=None)
        (folder / "records" / f"{key}.json").write_text(text, encoding="utf-8")
    for file in (folder / rows.FOLDER).iterdir():
        file.unlink()
