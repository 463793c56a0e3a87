"""Reading the environment for the settings: every value checked, every fault named at once."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


class Environment:
    """Collects faults while values are read, so that an operator sees all of them in one go."""

    def __init__(self, values: dict[str, str] | None = None) -> None:
        self.values = dict(os.environ) if values is None else values
        self.faults: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        """The value with surrounding blanks removed, or the default where unset or empty."""
        return self.values.get(name, "").strip() or default

    def flag(self, name: str, default: bool = False) -> bool:
        """1/true/yes/on or 0/false/no/off, in any case."""
        said = self.text(name).lower()
        if said == "":
            return default
        if said in {"1", "true", "yes", "on"}:
            return True
        if said not in {"0", "false", "no", "off"}:
            self.faults.append(f"{name}={said!r}: say 1 or 0")
        return False

    def number(self, name: str, default: float, check: Callable[[float], bool]) -> float:
        """A number that satisfies ``check``."""
        said = self.text(name)
        if said == "":
            return default
        try:
            value = float(said)
        except ValueError:
            self.faults.append(f"{name}={said!r}: not a number")
            return default
        if not check(value):
            self.faults.append(f"{name}={said!r}: out of range")
            return default
        return value

    def url(self, name: str, default: str, schemes: set[str]) -> str:
        """An absolute address with one of the schemes and a host, without a trailing slash."""
        said = self.text(name, default)
        parts = urlsplit(said)
        if parts.scheme not in schemes or not parts.netloc:
            wanted = " or ".join(f"{scheme}://…" for scheme in sorted(schemes))
            self.faults.append(f"{name}={said!r}: say {wanted}")
        return said.rstrip("/")

    def folder(self, name: str, default: Path) -> Path:
        """A folder that exists afterwards and can be written to."""
        path = Path(self.text(name, str(default))).expanduser().resolve()
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.faults.append(f"{name}={path}: cannot be made ({error.strerror})")
        else:
            if not os.access(path, os.W_OK):
                self.faults.append(f"{name}={path}: cannot be written to")
        return path

    def secret(self, name: str, kept_in: Path) -> str:
        """The secret from the environment, or one made once and kept in a private file."""
        said = self.text(name)
        if said:
            if len(said) < 32:
                self.faults.append(f"{name}: at least 32 characters, or leave it unset")
            return said
        try:
            with open(kept_in, "x", opener=lambda p, f: os.open(p, f, 0o600)) as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        except OSError as error:
            self.faults.append(f"{name}: unset, and {kept_in} cannot be written ({error.strerror})")
            return "unusable"
        return kept_in.read_text().strip()

    def finish(self) -> None:
        """Raise with every fault found."""
        if self.faults:
            raise ImproperlyConfigured(
                "Heard cannot start with these settings:\n  - " + "\n  - ".join(self.faults)
            )
