"""Le français des ruptures : ce qui coupe une série, en deux mots. La phrase du producteur est `Rupture.raison`."""

from __future__ import annotations

from indicators.socle.catalogue import NatureRupture, Rupture

_MOTS = {
    NatureRupture.BAREME: "nouveau barème",
    NatureRupture.METHODE: "nouvelle méthode",
    NatureRupture.LEGISLATION: "nouvelle loi, autre calcul",
    NatureRupture.DEFINITION: "nouvelle définition",
    NatureRupture.PERIMETRE: "nouveau périmètre",
}


def datee(rupture: Rupture) -> str:
    """« nouvelle loi, autre calcul en 2018 », pour une rupture qui coupe."""
    return f"{_MOTS[rupture.nature]} en {rupture.depuis}"


def en_bref(rupture: Rupture) -> str:
    """« nouvelle loi » : la rupture en deux mots, pour l'en-tête d'une colonne ; vide si elle ne coupe rien."""
    return _MOTS.get(rupture.nature, "").partition(",")[0]
