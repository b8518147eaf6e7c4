"""Files that could not be read and were left out, by cause."""

from vistazo.checks import Check, Finding
from vistazo.data.dataset import ImageDataset, by_cause
from vistazo.evaluation.protocol import Protocol
from vistazo.i18n import _, ngettext

__all__ = ["UnreadableFiles"]


class UnreadableFiles(Check):
    """Tell what reading left out. No image ever takes the place of such a file."""

    def run(self, data: ImageDataset, protocol: Protocol) -> list[Finding]:  # noqa: ARG002
        """Return one finding for each cause, the most frequent first."""
        causes = by_cause(data.bad_files).items()
        return [
            Finding(
                "unreadable-files",
                "note",
                ngettext(
                    "{n} file was left out ({code}). {reason}",
                    "{n} files were left out ({code}). The first: {reason}",
                    len(files),
                    code=code,
                    reason=files[0].reason,
                ),
                _("Repair or remove these files."),
                len(files),
                tuple(file.path for file in files[:10]),
                {"share": len(files) / (len(data) + len(data.bad_files))},
            )
            for code, files in sorted(causes, key=lambda cause: (-len(cause[1]), cause[0]))
        ]
