"""Le frein : ce qui ralentit qui essaie des secrets au hasard, lien d'invitation ou mot de passe.

Il est dans le magasin : ni un autre navigateur, ni un redémarrage, ni un cache vidé, ni un essai réussi ne le remettent
à zéro. C'est une attente qui grandit, jamais un verrou : par adresse (une minute au plus), et au total (cinq secondes
au plus, pour qu'une attaque de partout ralentisse sans fermer la porte aux autres).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from indicators.suivi.tables import FREINS, REGLAGES

OUBLI = timedelta(hours=1)
"""Sans nouvel échec pendant ce temps, un frein se desserre."""
_PAR_ADRESSE, _AU_TOTAL = (4, 60.0), (40, 5.0)
"""Échecs admis sans attendre, puis attente la plus longue, en secondes."""
_FREINS_MAX = 5_000


@dataclass(frozen=True)
class Frein:
    """Le frein d'une porte pour une adresse ; les portes ne se comptent pas ensemble."""

    adresse: str
    total: str

    @classmethod
    def de(cls, cx: Connection, adresse: str, porte: str = "") -> Frein:
        """Celui de cette adresse, dont seule une empreinte salée est gardée, une heure."""
        return cls(porte + _empreinte_d_adresse(cx, adresse), f"{porte}total")

    def attente(self, cx: Connection, moment: datetime) -> float:
        """Secondes à attendre encore ; verrouille le total : les essais simultanés passent un par un."""
        _assurer(cx, self.total, moment)
        cles = (self.adresse, self.total)
        etats = {f.cle: f for f in cx.execute(select(FREINS).where(FREINS.c.cle.in_(cles)).with_for_update())}
        return max(
            _reste(etats.get(self.adresse), moment, *_PAR_ADRESSE), _reste(etats.get(self.total), moment, *_AU_TOTAL)
        )

    def compter(self, cx: Connection, moment: datetime) -> None:
        """Un échec de plus, ici et au total."""
        cx.execute(delete(FREINS).where(FREINS.c.dernier < moment - OUBLI, FREINS.c.cle.not_like("%total")))
        nombre = cx.execute(select(func.count()).select_from(FREINS)).scalar_one()
        for cle in (self.adresse, self.total):
            if cle != self.total and nombre >= _FREINS_MAX:
                continue  # une foule d'adresses ne remplit pas le magasin : le frein du total tient seul
            _assurer(cx, cle, moment)
            frein = cx.execute(select(FREINS).where(FREINS.c.cle == cle)).one()
            echecs = 1 if moment - frein.dernier >= OUBLI else frein.echecs + 1
            cx.execute(update(FREINS).where(FREINS.c.cle == cle).values(echecs=echecs, dernier=moment))


def _empreinte_d_adresse(cx: Connection, adresse: str) -> str:
    sel = cx.execute(select(REGLAGES.c.valeur).where(REGLAGES.c.cle == "sel")).scalar()
    if sel is None:
        _inserer(cx, REGLAGES, {"cle": "sel", "valeur": secrets.token_hex(16)}, "cle")
        sel = cx.execute(select(REGLAGES.c.valeur).where(REGLAGES.c.cle == "sel")).scalar_one()
    return hashlib.sha256(f"{sel}|{adresse}".encode(errors="replace")).hexdigest()


def _assurer(cx: Connection, cle: str, moment: datetime) -> None:
    _inserer(cx, FREINS, {"cle": cle, "echecs": 0, "dernier": moment}, "cle")


def _inserer(cx: Connection, table: Any, ligne: dict[str, Any], cle: str) -> None:
    dialecte = postgresql if cx.dialect.name == "postgresql" else sqlite
    cx.execute(dialecte.insert(table).values(**ligne).on_conflict_do_nothing(index_elements=[cle]))


def _reste(frein: Row[Any] | None, moment: datetime, admis: int, plafond: float) -> float:
    """Secondes à attendre encore : 1, 2, 4… après les échecs admis, jusqu'au plafond ; plus rien après l'oubli."""
    if frein is None or frein.echecs < admis or moment - frein.dernier >= OUBLI:
        return 0.0
    attente: float = min(plafond, 2.0 ** min(frein.echecs - admis, 30))
    return float(attente - max(0.0, (moment - frein.dernier).total_seconds()))
