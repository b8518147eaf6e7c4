"""The augmentations that have a name, in a line each: to be listed without loading torch."""

from vistazo.i18n import N_

POLICY_SUMMARIES = {
    "none": N_("The images as they are."),
    "light": N_("Mirroring, small turns and shifts."),
    "strong": N_("All effects but upside down, far enough to change an image."),
    "auto": N_("TrivialAugment: one random effect an image, of any strength."),
    "document-000": N_("The course notebook's: turns, shifts, zoom, shear and mirroring."),
    "document-004": N_(
        "The course notebook's for paintings: half of the effects an image, both flips."
    ),
}
