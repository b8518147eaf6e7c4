"""What a comparison loads before its first method is fitted."""

import subprocess
import sys

from tests.faults._running import FAST, clean_environment, write_tiny


def test_a_comparison_without_networks_loads_no_torch(tmp_path):
    """Methods that are not networks begin, and stop, without the seconds torch takes."""
    script = (
        "import sys\nfrom vistazo.cli.main import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "assert 'torch' not in sys.modules\n"
    )
    words = ("compare", str(write_tiny(tmp_path / "tiny.npz")), *FAST, "--out", "run")
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
