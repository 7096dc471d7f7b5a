"""ANCT, Observatoire des territoires : part des 15-24 ans ni en emploi ni scolarisés, une année par ligne."""

from __future__ import annotations

import re
from dataclasses import replace

from indicators.imports.moteur.large import lieu, maille_des_codes
from indicators.imports.moteur.releve import (
    ANNEE,
    NOTE_VIDE,
    VIDE,
    Chiffre,
    Format,
    Referentiel,
    Releve,
    SourceLue,
    constat,
    debordements,
)
from indicators.imports.moteur.tableau import Tableau
from indicators.socle.codes import identifiant, maille_de
from indicators.socle.observations import Statut
from indicators.socle.territoires import Maille


def _lire(tableau: Tableau, _referentiel: Referentiel, maille: Maille | None) -> Releve | None:
    code, nom, an = tableau.place("codgeo"), tableau.place("libgeo"), tableau.place("an")
    part = tableau.place("part_non_inseres")
    if code is None or an is None or part is None:
        return None
    maille = maille or maille_des_codes(tableau, code, nom)
    releve = Releve(
        "anct_jeunes",
        "ANCT, jeunes de 15-24 ans non insérés",
        SourceLue(
            "anct_jeunes_non_inseres_{edition}_{maille}",
            "ANCT, Observatoire des territoires (d’après l’Insee)",
            "Observatoire des territoires (ANCT), d’après Insee RP : part des jeunes de 15-24 ans non insérés "
            "(ni en emploi ni scolarisés), {maille}",
        ),
        lignes=len(tableau.lignes),
        constats=debordements(tableau),
    )
    for numero, cellules in tableau.lignes:
        territoire = identifiant(cellules[code], maille)
        if territoire is None or not re.fullmatch(ANNEE, cellules[an]):
            releve.constats.append(
                constat(numero, "codgeo", f"« {cellules[code]} », an « {cellules[an]} » : ligne laissée")
            )
            continue
        if nom is not None and cellules[nom]:
            releve.lieux[territoire] = lieu(territoire, cellules[nom])
        if (lecture := releve.lire(cellules[part], Statut.NON_DISPONIBLE, numero, "part_non_inseres")) is None:
            continue
        annee = int(cellules[an])
        passage = f"{cellules[code]} | an = {annee} | part_non_inseres | {cellules[part] or VIDE}"
        releve.chiffres.append(
            Chiffre(
                territoire, "part_neet_15_24", "", annee, lecture, cellules[part], "part_non_inseres", numero,
                "" if cellules[part] else NOTE_VIDE[Statut.NON_DISPONIBLE], passage=passage,
            )
        )  # fmt: skip
    releve.source = _par_maille(releve)
    releve.edition = max((c.annee for c in releve.chiffres if c.annee), default=None)
    return releve


def _par_maille(releve: Releve) -> SourceLue | None:
    """L'ANCT publie un fichier par maille : chacun est une source."""
    source, premier = releve.source, next(iter(releve.lieux), None)
    if source is None or premier is None:
        return None
    maille = maille_de(premier)
    return replace(
        source,
        source=source.source.replace("{maille}", str(maille)),
        titre=source.titre.replace("{maille}", f"par {maille.libelle}"),
    )


_TITREE = re.compile(rf"Part des jeunes non insérés.*\b({ANNEE})", re.IGNORECASE)


def _titree(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """L'export de l'Observatoire des territoires : deux lignes de titre, l'année dans l'en-tête, décimale point."""
    code, nom = tableau.place("Code"), tableau.place("Libellé")
    parts = {p: int(m[1]) for p, n in enumerate(tableau.entete) if (m := _TITREE.match(n))}
    if code is None or nom is None or not parts:
        return None
    maille = maille_des_codes(tableau, code, nom)
    releve = Releve(
        "anct_jeunes",
        "ANCT, jeunes de 15-24 ans non insérés",
        SourceLue(
            "anct_jeunes_non_inseres_{edition}_{maille}",
            "ANCT, Observatoire des territoires (d’après l’Insee)",
            "Observatoire des territoires (ANCT), d’après Insee RP {edition} : part des jeunes de 15-24 ans non "
            "insérés (ni en emploi ni scolarisés), {maille}",
        ),
        lignes=len(tableau.lignes),
        edition=max(parts.values()),
        constats=debordements(tableau),
    )
    for numero, cellules in tableau.lignes:
        territoire = identifiant(cellules[code], maille)
        if territoire is None:
            releve.constats.append(constat(numero, "Code", f"« {cellules[code]} » non reconnu : ligne laissée"))
            continue
        releve.lieux[territoire] = lieu(territoire, cellules[nom])
        for place, annee in parts.items():
            brut = cellules[place]
            if (lecture := releve.lire(brut, Statut.NON_DISPONIBLE, numero, tableau.entete[place])) is None:
                continue
            passage = f"{cellules[code]} | {tableau.entete[place]} | {brut or VIDE}"
            releve.chiffres.append(
                Chiffre(territoire, "part_neet_15_24", "", annee, lecture, brut, tableau.entete[place], numero,
                        "" if brut else NOTE_VIDE[Statut.NON_DISPONIBLE], passage=passage)
            )  # fmt: skip
    releve.source = _par_maille(releve)
    return releve


FORMATS = (
    Format(
        "anct_jeunes_titree",
        "ANCT, part des jeunes non insérés (export de l’Observatoire des territoires)",
        _titree,
        "Code|Libellé|Part des jeunes non insérés.*",
    ),
    Format(
        "anct_jeunes", "ANCT, part des 15-24 ans ni en emploi ni scolarisés", _lire, "codgeo|libgeo|an|part_non_inseres"
    ),
)
