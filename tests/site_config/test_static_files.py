"""What a browser keeps for good must carry its content in its name, down to what our modules import."""

import re
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from site_config.static_files import Storage

HASHED = r"\.[0-9a-f]{12}\."


def collected(folder: Path) -> dict[str, str]:
    """Our own static files put through the storage that production uses: name before to name after."""
    source = FileSystemStorage(location=settings.BASE_DIR / "static")
    storage = Storage(location=folder)
    names = [f"mendwell/js/{name}" for name in source.listdir("mendwell/js")[1]]
    for name in names:
        storage.save(name, ContentFile(source.open(name).read()))
    done = {name: after for name, after, _ in storage.post_process({name: (storage, name) for name in names})}
    return done


def test_a_module_imports_the_others_by_names_that_carry_their_content(tmp_path: Path):
    names = collected(tmp_path)
    imports = {
        name: re.findall(r'from\s*"(\./[^"]+)"', (tmp_path / after).read_text())
        for name, after in names.items()
        if isinstance(after, str)
    }
    found = [one for some in imports.values() for one in some]
    assert len(found) >= 5
    assert all(re.search(HASHED, one) for one in found), found
    assert all((tmp_path / "mendwell/js" / one).exists() for one in found)
