"""Where cells run. An engine takes cells and yields their results, in any order."""
