"""Reconnaître un fichier déposé : le format de chacun de ses onglets, à son contenu et jamais à son nom."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from indicators.donnees.perimetres import Lecture
from indicators.imports.formats import (
    anct_jeunes,
    anct_qpv,
    carreaux,
    cog,
    cog_mouvements,
    depp_compilee,
    depp_ep,
    depp_ips,
    depp_series,
    filosofi,
    filosofi_reprises,
    indicateurs_locaux,
    insee_qpv,
    insee_rp,
    iris,
    modele,
    populations,
    sdes_rpls,
    services,
)
from indicators.imports.moteur import refus
from indicators.imports.moteur.large import lieu
from indicators.imports.moteur.lecteur import lire_onglets
from indicators.imports.moteur.releve import Format, Referentiel, Releve, constat
from indicators.socle.erreurs import ErreurImport
from indicators.socle.premiers import des_constats
from indicators.socle.territoires import Maille

FORMATS: tuple[Format, ...] = (
    tuple(
        format
        for module in (
            *(
                indicateurs_locaux,
                modele,
                insee_qpv,
                insee_rp,
                filosofi,
                filosofi_reprises,
                sdes_rpls,
                depp_ips,
                depp_series,
                depp_compilee,
                depp_ep,
                anct_jeunes,
            ),
            *(populations, cog, cog_mouvements, anct_qpv, iris, carreaux, services),
        )
        for format in module.FORMATS
    )
    + insee_qpv.SECOURS
)


@dataclass(frozen=True)
class Fichier:
    """Un fichier déposé. `contenu` : ses octets, ou de quoi les relire : un rapport gardé ne les garde alors pas."""

    nom: str
    contenu: bytes | Callable[[], bytes]

    @property
    def octets(self) -> bytes:
        """Ses octets."""
        return self.contenu if isinstance(self.contenu, bytes) else self.contenu()

    @cached_property
    def empreinte(self) -> str:
        """Son SHA-256, gardé au journal."""
        return hashlib.sha256(self.octets).hexdigest()


def reconnaitre(fichier: Fichier, referentiel: Referentiel, maille: Maille | None = None) -> list[Releve]:
    """Le relevé de chaque onglet d'un format connu, reconnu à son contenu ; lève `ErreurImport` s'il n'y en a aucun.

    Un CSV, un Parquet ou un GeoJSON n'ont qu'un relevé. Les onglets laissés sont nommés par le premier.
    """
    onglets = lire_onglets(fichier.octets, fichier.nom)
    releves = [_contours(lecture, membre) for membre, lecture in onglets.contours.items()]
    laisses = dict(onglets.laisses)
    for feuille, tables in onglets.lus.items():
        lus = ((table, format, format.lire(table, referentiel, maille)) for table in tables for format in FORMATS)
        try:
            lue, sien, releve = next(((t, f, lu) for t, f, lu in lus if lu is not None), (None, None, None))
        except ErreurImport as erreur:  # un format ne sait pas de quel fichier vient sa table
            raise ErreurImport(f"{refus.place(f'« {fichier.nom} »', feuille)} : {erreur}") from erreur
        if lue is None or sien is None or releve is None:
            laisses[feuille] = "d'aucun format connu"
        elif releve.format == "indicateurs_locaux" and not releve.lignes:
            laisses[feuille] = "aucun indicateur défini"
        else:
            releve.feuille, releve.vues = feuille, onglets.vues[feuille]
            sien.ranger(releve, lue.entete)
            noms = Counter(nom.casefold() for nom in lue.entete if nom)
            releve.constats += [
                constat(0, "", f"{n} colonnes « {nom} » : une seule devrait l'être") for nom, n in noms.items() if n > 1
            ]
            if masque := onglets.masques.get(feuille):
                releve.constats.append(constat(0, "", f"{masque} : affichez ce qui est masqué pour le lire"))
            if lue.autre_table:
                autre = "une autre table commence, elle n'est pas lue : mettez-la dans son onglet"
                releve.constats.append(constat(lue.autre_table, "", autre))
            releves.append(releve)
    if releves:
        releves[0].onglets_laisses = laisses
        return releves
    entete = next((tables.premiere.entete for tables in onglets.lus.values()), ())
    masques = "".join(f" ; {masque}, non lu" for masque in onglets.masques.values())
    raise ErreurImport(
        f"« {fichier.nom} » n'est d'aucun format connu (colonnes lues : {', '.join(entete[:8]) or 'aucune'}…"
        f"{masques}). "
        "Formats admis : " + " ; ".join(format.titre for format in FORMATS) + "."
    )


def _contours(lecture: Lecture, membre: str) -> Releve:
    """Les contours d'un GeoJSON, et les lieux qu'ils nomment ; `membre` : son nom dans une archive."""
    releve = Releve("contours", "Contours de territoires (GeoJSON)", epuisable=False)
    releve.feuille, releve.vues = membre, len(lecture.contours)
    releve.contours = lecture.contours
    releve.lignes = len(lecture.contours)
    releve.constats = des_constats(lecture.constats)
    for contour in lecture.contours:
        if contour.nom:
            releve.lieux[contour.territoire] = lieu(contour.territoire, contour.nom)
        if contour.territoire.startswith(("Q", "IRIS")):
            releve.liens += [(contour.territoire, commune, "commune") for commune in contour.communes]
    return releve
