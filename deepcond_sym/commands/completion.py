"""What the shell may complete: names of activations, papers whose claims are here."""


def activation_names(incomplete: str) -> list[str]:
    """The named activations that begin like this.

    >>> activation_names("gel")
    ['gelu']
    """
    from deepcond_sym.activations import catalog

    return [name for name in catalog() if name.startswith(incomplete)]


def claim_keys(incomplete: str) -> list[str]:
    """The bib keys that begin like this, and, after a slash, the claims."""
    from deepcond_sym.proof import registry

    claims = registry.ours()
    names = [claim.id for claim in claims] if "/" in incomplete else sorted({claim.bibkey for claim in claims})
    return [name for name in names if name.startswith(incomplete)]
