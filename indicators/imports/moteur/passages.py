"""Appliquer les mouvements que la personne accepte : fermer des liens, en ouvrir, dater la rupture des chiffres.

Rien n'est effacé : un lien qui cesse garde sa dernière année, une commune qui n'existe plus garde ses chiffres, et la
commune où elle est entrée ne compare plus ceux d'avant à ceux d'après.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from indicators.base.base import Base
from indicators.base.imports import Rattachement, rattachements
from indicators.imports.moteur.mouvements import Mouvement, Nature
from indicators.imports.moteur.reunion import reunir
from indicators.socle.erreurs import ErreurImport
from indicators.socle.nombres import accord

Lignes = dict[str, list[dict[str, str]]]
_COMMUNES = {Nature.FUSION, Nature.CODE}
_SUIVENT = {"commune", "epci", "contrat", "contrat_secondaire"}
"""Les liens d'un quartier, d'un IRIS ou d'une commune qui suivent le lieu où le leur est entré."""


def refuser_sans_edition(mouvements: Iterable[Mouvement]) -> None:
    """Lève `ErreurImport` si l'un des mouvements à appliquer n'a pas d'année."""
    sans = next((m for m in mouvements if m.annee is None and not m.ancien), None)
    if sans is not None:
        raise ErreurImport(
            f"« {sans.source} » ne dit pas son édition : donnez-la (--edition 2025) pour appliquer ce qu'elle change. "
            f"{sans.phrase}."
        )


class Passage:
    """Les lignes à écrire pour que la base suive ces mouvements."""

    def __init__(self, base: Base, mouvements: Sequence[Mouvement]) -> None:
        """Part des liens de la base qui valent encore."""
        self.base = base
        self.mouvements = [m for m in mouvements if not m.ancien]
        refuser_sans_edition(self.mouvements)
        self.lignes: Lignes = defaultdict(list)
        self.fermes: set[tuple[str, str, str]] = set()
        self.ouverts: set[tuple[str, str, str]] = set()
        self._des_lieux: dict[str, list[Rattachement]] = defaultdict(list)
        self._dans: dict[str, list[Rattachement]] = defaultdict(list)
        for lien in rattachements(base):
            self._des_lieux[lien.territoire].append(lien)
            self._dans[lien.parent].append(lien)
        self._changes: dict[tuple[str, int], list[str]] = defaultdict(list)
        self._sources: dict[tuple[str, int], str] = {}
        for mouvement in self.mouvements:
            self._suivre(mouvement)
        self._ruptures()
        self.contours, self.contours_d_avant = reunir(base, self.mouvements)

    def _suivre(self, m: Mouvement) -> None:
        if m.nature in _COMMUNES:
            self._entrer(m)
        elif m.nature is Nature.DISPARITION:
            for lien in self._des_lieux[m.territoire]:
                self._fermer(lien, m)
            self._marquer_l_epci(m, f"{self._nom(m.territoire)} n’y est plus")
        elif m.nature is Nature.RETABLISSEMENT:
            for lien in self._des_lieux[m.territoire]:
                self._fermer(lien, m)
            self._marquer(m.de, m, f"{self._nom(m.territoire)} en est sortie")
        elif m.nature is Nature.EPCI:
            self._changer_d_epci(m)
        elif m.nature is Nature.SORTIE_EPCI:
            for lien in self._des_lieux[m.territoire]:
                if lien.nature == "epci":
                    self._fermer(lien, m)
            self._marquer(m.de, m, f"{self._nom(m.territoire)} en est sortie")
        elif m.nature is Nature.EPCI_DISPARU:
            self._finir_l_epci(m)
        elif m.nature is Nature.RENOMMAGE:
            self.lignes["noms"].append(
                {"territoire": m.territoire, "nom": m.nom, "depuis": str(m.annee), "source": m.source}
            )

    def _entrer(self, m: Mouvement) -> None:
        """Une commune entre dans une autre : ses quartiers et ses IRIS y passent avec elle."""
        epci = {p.parent for p in self._des_lieux[m.territoire] if p.nature == "epci"}
        for lien in self._des_lieux[m.territoire]:
            self._fermer(lien, m)
        self._ouvrir(m.territoire, m.vers, "fusion", m)
        for lien in self._dans[m.territoire]:
            if lien.nature == "commune":
                self._fermer(lien, m)
                self._ouvrir(lien.territoire, m.vers, "commune", m)
        siens = {p.parent for p in self._des_lieux[m.vers] if p.nature == "epci"}
        if self.base.trouver(m.vers) is None:
            for parent in epci:
                self._ouvrir(m.vers, parent, "epci", m)
        elif m.nature is Nature.FUSION:
            self._marquer(m.vers, m, f"{self._nom(m.territoire)} y est entrée")
            for parent in epci - siens:
                self._marquer(parent, m, f"{self._nom(m.territoire)} en est sortie")
            for parent in siens - epci:
                self._marquer(parent, m, f"{self._nom(m.territoire)} y est entrée")

    def _changer_d_epci(self, m: Mouvement) -> None:
        for lien in self._des_lieux[m.territoire]:
            if lien.nature == "epci":
                self._fermer(lien, m)
        self._ouvrir(m.territoire, m.vers, "epci", m)
        for dedans in self._dans[m.territoire]:
            if dedans.nature == "commune" and self._tout_entier(dedans.territoire, m):
                for lien in self._des_lieux[dedans.territoire]:
                    if lien.nature == "epci" and lien.parent == m.de:
                        self._fermer(lien, m)
                        self._ouvrir(dedans.territoire, m.vers, "epci", m)
        self._marquer(m.de, m, f"{self._nom(m.territoire)} en est sortie")
        if self.base.trouver(m.vers) is not None:
            self._marquer(m.vers, m, f"{self._nom(m.territoire)} y est entrée")

    def _tout_entier(self, lieu: str, m: Mouvement) -> bool:
        """Vrai si toutes les communes de ce quartier ou de cet IRIS passent au même EPCI."""
        passent = {a.territoire for a in self.mouvements if a.nature is Nature.EPCI and a.vers == m.vers}
        return all(lien.parent in passent for lien in self._des_lieux[lieu] if lien.nature == "commune")

    def _finir_l_epci(self, m: Mouvement) -> None:
        """Un EPCI n'existe plus ; passé tout entier à un autre, ses contrats de ville y passent aussi."""
        for lien in self._des_lieux[m.territoire]:
            self._fermer(lien, m)
        if not m.vers:
            return
        self._ouvrir(m.territoire, m.vers, "fusion", m)
        for lien in self._dans[m.territoire]:
            if lien.nature in _SUIVENT and (lien.territoire, lien.parent, lien.nature) not in self.fermes:
                self._fermer(lien, m)
                self._ouvrir(lien.territoire, m.vers, lien.nature, m)

    def _fermer(self, lien: Rattachement, m: Mouvement) -> None:
        cle = lien.territoire, lien.parent, lien.nature
        if cle in self.fermes:
            return
        assert m.annee is not None
        self.fermes.add(cle)
        self.lignes["appartenances"].append(
            {
                "territoire": lien.territoire, "parent": lien.parent, "nature": lien.nature, "source": lien.source,
                "depuis": str(lien.depuis or ""), "jusqu_a": str(m.annee - 1 if m.avant is None else m.avant),
            }
        )  # fmt: skip

    def _ouvrir(self, territoire: str, parent: str, nature: str, m: Mouvement) -> None:
        if (territoire, parent, nature) in self.ouverts:
            return
        self.ouverts.add((territoire, parent, nature))
        self.lignes["appartenances"].append(
            {"territoire": territoire, "parent": parent, "nature": nature, "source": m.source, "depuis": str(m.annee)}
        )

    def _marquer(self, lieu: str, m: Mouvement, quoi: str) -> None:
        """Le périmètre de ce lieu change : ses chiffres d'avant ne se comparent plus à ceux d'après."""
        assert m.annee is not None
        depuis = m.annee if m.avant is None else m.avant + 1
        if quoi not in self._changes[lieu, depuis]:
            self._changes[lieu, depuis].append(quoi)
        self._sources[lieu, depuis] = m.source

    def _marquer_l_epci(self, m: Mouvement, quoi: str) -> None:
        for lien in self._des_lieux[m.territoire]:
            if lien.nature == "epci":
                self._marquer(lien.parent, m, quoi)

    def _ruptures(self) -> None:
        finis = {m.territoire for m in self.mouvements if m.nature in {*_COMMUNES, Nature.EPCI_DISPARU}}
        for (lieu, depuis), faits in sorted(self._changes.items()):
            if lieu not in finis:
                self.lignes["ruptures"].append(
                    rupture(lieu, depuis, raison(self._nom(lieu), depuis, faits), self._sources[lieu, depuis])
                )

    def decide(self, territoire: str, nature: str) -> bool:
        """Vrai si le lien de cette nature, pour ce lieu, est déjà celui que ces mouvements ouvrent ou ferment."""
        return any(t == territoire and n == nature for t, _, n in self.ouverts) or (
            nature == "epci" and any(t == territoire and n == nature for t, _, n in self.fermes)
        )

    def depuis_quand(self, territoire: str) -> str:
        """L'année depuis laquelle valent les liens d'un lieu nouveau ; vide pour un autre."""
        nouveaux = {Nature.CREATION, Nature.RETABLISSEMENT, Nature.EPCI_NOUVEAU}
        return next((str(m.annee) for m in self.mouvements if m.territoire == territoire and m.nature in nouveaux), "")

    def _nom(self, code: str) -> str:
        connu = self.base.trouver(code)
        return connu.nom if connu is not None else code


_FAITS = 6


def raison(nom: str, depuis: int, faits: Sequence[str]) -> str:
    """« le périmètre de Saint-Denis a changé en 2025 : Pierrefitte-sur-Seine y est entrée »."""
    reste = len(faits) - _FAITS
    suite = f" et {reste} {accord(reste, 'autre', 'autres')}" if reste > 0 else ""
    return f"le périmètre de {nom} a changé, à partir de {depuis} : {', '.join(faits[:_FAITS])}{suite}"


def rupture(lieu: str, depuis: int, raison_: str, source: str) -> dict[str, str]:
    """Une ligne de `ruptures` pour ce lieu, tous indicateurs."""
    return {
        "indicateur": "", "mailles": "", "territoire": lieu, "depuis": str(depuis), "nature": "perimetre",
        "ecart_annees": "", "raison": raison_, "source": source,
    }  # fmt: skip
