"""Les blocs de l'écran Baromètre : tableau de chaleur, étendue des besoins, solidité de l'ordre, méthode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indicators.analyse.barometre import (
    CE_QUI_LE_DIRAIT,
    MINI_INDICATEURS,
    MINI_MEMBRES,
    MINI_THEMES,
    Barometre,
    Chapitre,
    Mesure,
)
from indicators.analyse.comparaison import Motif
from indicators.analyse.notes import (
    PLACES_TOLEREES,
    Etendue,
    NoteDeMembre,
    Sensibilite,
    niveau,
    par_etendue,
    repartir,
)
from indicators.base.base import Base
from indicators.recit import phrases
from indicators.socle.catalogue import Catalogue, Sens
from indicators.socle.nombres import INSECABLE, accord, cardinal, compter, et_autres, ordinal
from pages.commun import groupes
from pages.commun.gabarits import rendre
from pages.vues.barometre.choix import barometres


def introduction(barometre: Barometre, catalogue: Catalogue) -> str:
    """L'IDH-4 d'abord, ou la phrase qui dit qu'il n'est pas imprimé."""
    if barometre.idh is None:
        return _remplir("introduction", barometre=barometre)
    chiffre, comparaison, reference = barometre.idh
    indicateur = catalogue.indicateur("idh4")
    texte = f"IDH-4, {barometre.agglomeration.nom_court} ({phrases.periode(chiffre)}){INSECABLE}: "
    texte += phrases.chiffre(chiffre, indicateur.unite)
    if reference is not None and comparaison.reference is not None and comparaison.motif is Motif.AUCUN:
        texte += (
            f", face à {phrases.chiffre(comparaison.reference, indicateur.unite)} pour {phrases.nommer(reference)} "
            f"({phrases.verdict(comparaison)})"
        )
    return _remplir(
        "introduction",
        barometre=barometre,
        texte=texte,
        indicateur=indicateur,
        chiffre=chiffre,
        source=catalogue.sources[chiffre.source],
    )


def _remplir(part: str, **contexte: Any) -> str:
    return str(rendre("barometre.html", part=part, **contexte))


def _membres(barometre: Barometre, n: int) -> str:
    """« 13 quartiers », « 1 commune »."""
    return compter(n, "commune" if barometre.des_communes else "quartier")


def _e(barometre: Barometre) -> str:
    """L'accord d'un participe : « e » pour des communes."""
    return "e" if barometre.des_communes else ""


def lecture(barometre: Barometre, notes: Sequence[NoteDeMembre], sensibilite: Sensibilite) -> str:
    """La phrase du tableau : qui est en tête, de quoi, et si l'ordre tient."""
    classes = [n for n in notes if n.rang is not None]
    if not classes:
        return _remplir("lecture", classes=())
    return _remplir(
        "lecture",
        classes=classes,
        combien=_membres(barometre, len(classes)),
        e=_e(barometre),
        besoins=besoins(barometre),
        premiers=_liste([n.territoire.nom_court for n in classes[:3]]),
        solidite=solidite(barometre, notes, sensibilite),
        ecartes=_compter_ecartes(m for chapitre in barometre.connus for m in chapitre.utiles),
    )


def _compter_ecartes(mesures: Iterable[Mesure]) -> str:
    """« 14 seuils ou intervalles, 2 secrets » ; chaîne vide si aucun chiffre n'est écarté."""
    comptes: Counter[str] = Counter()
    for mesure in mesures:
        comptes.update(mesure.ecartes)
    pluriels = {"secret": "secrets", "seuil ou intervalle": "seuils ou intervalles"}
    return ", ".join(f"{n} {accord(n, raison, pluriels.get(raison, raison))}" for raison, n in sorted(comptes.items()))


def besoins(barometre: Barometre) -> str:
    """« Besoins généralisés : revenus, emploi ; concentrés : logement » : la réponse en une phrase."""
    rangees = par_etendue(barometre)
    mots = (
        (Etendue.GENERAL, "généralisés"),
        (Etendue.REPANDU, "répandus"),
        (Etendue.CONCENTRE, "concentrés"),
        (Etendue.AUCUN, "nulle part"),
    )
    dits = [
        f"{mot}{INSECABLE}: {', '.join(c.thematique.libelle for c in rangees[etendue])}"
        for etendue, mot in mots
        if etendue in rangees
    ]
    if not dits:
        return f"Généralisés ou concentrés{INSECABLE}? L’agglomération n’a pas de chiffre de la même date à comparer."
    return f"Face à l’agglomération, des besoins {f'{INSECABLE}; '.join(dits)}."


def solidite(barometre: Barometre, notes: Sequence[NoteDeMembre], sensibilite: Sensibilite) -> str:
    """« L’ordre tient » ou non, en une ou deux phrases."""
    n = len(sensibilite.variantes)
    if sensibilite.tient:
        return (
            f"L’ordre tient{INSECABLE}: sous {n} autres réglages, {_aucun(barometre)} ne bouge de plus de "
            f"{cardinal(PLACES_TOLEREES)} places."
        )
    noms = {note.territoire.territoire: note.territoire.nom_court for note in notes}
    mobiles = [code for code, places in sensibilite.deplacements.items() if places > PLACES_TOLEREES]
    pire = max(mobiles, key=lambda code: sensibilite.deplacements[code])
    basse, haute = sensibilite.etendues[pire]
    moitie = len(noms) // 2
    fermes = [noms[c] for c in noms if c in sensibilite.toujours_parmi(moitie)]
    bougent = f"{_membres(barometre, len(mobiles))} {accord(len(mobiles), 'bouge', 'bougent')}"
    texte = (
        f"L’ordre ne tient {'qu’en partie' if fermes else 'pas'}{INSECABLE}: sous {n} autres réglages, {bougent} "
        f"de plus de {cardinal(PLACES_TOLEREES)} places, surtout {noms[pire]} "
        f"(du {ordinal(basse)} au {ordinal(haute)} rang)."
    )
    if fermes:
        reste = "reste" if len(fermes) == 1 else "restent"
        premiers = "premières" if barometre.des_communes else "premiers"
        trop = len(fermes) - _CITES
        cites = _liste(fermes) if trop <= 0 else f"{', '.join(fermes[:_CITES])}{et_autres(trop)}"
        texte += f" {cites} {reste} toujours parmi les {cardinal(moitie)} {premiers}."
    return texte


def _aucun(barometre: Barometre) -> str:
    return "aucune commune" if barometre.des_communes else "aucun quartier"


def _liste(noms: Sequence[str]) -> str:
    return noms[0] if len(noms) == 1 else f"{', '.join(noms[:-1])} et {noms[-1]}"


def chaleur(
    barometre: Barometre,
    notes: Sequence[NoteDeMembre],
    sensibilite: Sensibilite,
    poids: Mapping[str, int],
    communes: Mapping[str, Sequence[str]],
) -> str:
    """Le tableau quartiers × thèmes : un mot et un nombre par case, la couleur en plus ; dans l'ordre du total."""

    def places(note: NoteDeMembre) -> str:
        basse, haute = sensibilite.etendues.get(note.territoire.territoire, (0, 0))
        if not basse:
            return "—"
        return f"toujours {ordinal(basse)}" if basse == haute else f"du {ordinal(basse)} au {ordinal(haute)}"

    return _remplir(
        "chaleur",
        chapitres=[(c, _dates(c)) for c in barometre.connus],
        notes=[(note, places(note)) for note in notes],
        poids=poids,
        communes=communes,
        niveau=niveau,
    )


def _dates(chapitre: Chapitre) -> str:
    return ", ".join(sorted({groupes.libelle_periode(m.periode) for m in chapitre.utiles if m.periode}))


_ORDRE = list(Etendue)
_CITES = 8
"""Combien de noms une case cite avant de compter les autres."""


def etendues(barometre: Barometre, notes: Sequence[NoteDeMembre] = ()) -> str:
    """Thème par thème : besoin général, répandu ou concentré face à l'agglomération, ou pourquoi on ne sait pas.

    Avec les notes, dit aussi où le thème est le plus marqué ; sans elles, le titre dit ce qui manque.
    """
    noms = {q.territoire: q.nom_court for q in barometre.membres}
    lignes = [(c, repartir(c)) for c in barometre.chapitres]
    lignes.sort(key=lambda li: (_ORDRE.index(li[1].etendue), not li[0].utiles, li[0].thematique.ordre))
    montrees = []
    for chapitre, repartition in lignes:
        if not chapitre.utiles:
            mot, texte = "", _manque(barometre, chapitre)
        elif repartition.etendue is Etendue.INCONNU:
            mot, texte = repartition.etendue, "L’agglomération n’a pas de chiffre de la même date à comparer."
        else:
            mot = repartition.etendue
            position = f"moins bien placé{_e(barometre)}s que l’agglomération" if repartition.juge else "au-delà d’elle"
            texte = f"{_membres(barometre, len(repartition.touches))} sur {repartition.situes} {position}"
            texte += "." if repartition.juge else " (un fait, sans jugement : l’indicateur est neutre)."
            saufs = [noms[c] for c in noms if c not in repartition.touches]
            if mot is Etendue.CONCENTRE:
                touches = [noms[c] for c in repartition.touches]
                reste = len(touches) - _CITES
                cites = _liste(touches) if reste <= 0 else f"{', '.join(touches[:_CITES])}{et_autres(reste)}"
                texte += f" Ce sont {cites}."
            elif saufs and len(saufs) <= _CITES and len(repartition.touches) + len(saufs) == repartition.situes:
                texte += f" {'Toutes' if barometre.des_communes else 'Tous'} sauf {_liste(saufs)}."
        if chapitre.utiles and not chapitre.se_note:
            seul = chapitre.utiles[0].indicateur.libelle_court
            texte += f" Pas de note{INSECABLE}: un seul indicateur connu ({seul}), il ne dit pas tout le thème."
            texte += f" Le compléterait{INSECABLE}: {CE_QUI_LE_DIRAIT[chapitre.thematique.code]}."
        code = chapitre.thematique.code
        notees = sorted((n for n in notes if code in n.themes), key=lambda n: -n.themes[code])
        if notees:
            texte += f" Le plus marqué{INSECABLE}: {_liste([n.territoire.nom_court for n in notees[:3]])}."
        montrees.append((chapitre, _dates(chapitre), mot, texte))
    titre = f"Besoin général ou concentré{INSECABLE}?" if notes else "Ce qui est connu, thème par thème"
    return _remplir("etendues", titre=titre, lignes=montrees)


def _manque(barometre: Barometre, chapitre: Chapitre) -> str:
    """Ce qui est connu sans suffire, et ce qui remplirait le thème."""
    absents = [m.indicateur.libelle_court for m in chapitre.mesures if m.ecartes.get("sans chiffre") == m.effectif]
    phrases_lues = [
        f"{m.indicateur.libelle_court}{INSECABLE}: {_membres(barometre, len(m.classement.classees))} sur {m.effectif}"
        f"{f' ({_compter_ecartes([m])})' if m.ecartes else ''}."
        for m in chapitre.mesures
        if m.indicateur.libelle_court not in absents
    ]
    if absents:
        noms = ", ".join(dict.fromkeys(absents))
        phrases_lues.append(f"Aucun chiffre ici{INSECABLE}: {noms}.")
    if not chapitre.mesures:
        phrases_lues.append("Le catalogue n’a aucun indicateur de ce thème à cette maille.")
    phrases_lues.append(f"Le remplirait{INSECABLE}: {CE_QUI_LE_DIRAIT[chapitre.thematique.code]}.")
    return " ".join(phrases_lues)


def manquant(base: Base, autour: Sequence[str], barometre: Barometre) -> str:
    """L'écran d'un groupe sans baromètre : ce qu'il faudrait, ce qui existe, et où le baromètre existe."""
    connus = barometre.connus
    proches = tuple(dict.fromkeys((*autour, *groupes.proposees(base))))
    noms = groupes.groupes(base, proches)
    return _remplir(
        "manquant",
        barometre=barometre,
        mini=MINI_THEMES,
        connus=f"{len(connus)} ({_liste([c.thematique.libelle for c in connus])})" if connus else "aucun",
        ailleurs=[(code, noms[code].libelle) for code, autre in barometres(base, proches).items() if autre.suffit],
    )


@dataclass(frozen=True)
class MesureDeclaree:
    """Un indicateur déclaré du baromètre, en mots : quand le besoin y est plus grand, d'où il vient, s'il compte."""

    nom: str
    theme: str
    besoin: str
    date: str
    titres: str
    connus: str
    ecartes: str


def methode(barometre: Barometre, catalogue: Catalogue) -> str:
    """La méthode et la table des indicateurs déclarés, avec leur date, ce qui est connu et ce qui est écarté."""
    return _remplir(
        "methode",
        mini_membres=MINI_MEMBRES,
        mini_indicateurs=MINI_INDICATEURS,
        mini_themes=MINI_THEMES,
        tolerees=PLACES_TOLEREES,
        mesures=[_declarer(mesure, c, catalogue) for c in barometre.chapitres for mesure in c.mesures],
    )


def _declarer(mesure: Mesure, chapitre: Chapitre, catalogue: Catalogue) -> MesureDeclaree:
    mot = "plus haut" if mesure.signal.besoin is Sens.HAUSSE else "plus bas"
    neutre = " Indicateur sans sens propre, pris ici comme signe." if mesure.indicateur.sens is Sens.NEUTRE else ""
    return MesureDeclaree(
        mesure.indicateur.libelle_court,
        chapitre.thematique.libelle,
        f"{mot}{INSECABLE}: {mesure.signal.raison}.{neutre}",
        groupes.libelle_periode(mesure.periode) if mesure.periode else "—",
        ", ".join(sorted({catalogue.sources[o.source].titre for o in mesure.classement.classees})),
        f"{len(mesure.classement.classees)} sur {mesure.effectif}, {'compte' if mesure.suffit else 'ne compte pas'}",
        _compter_ecartes([mesure]),
    )


def variantes(sensibilite: Sensibilite) -> str:
    """Chaque réglage essayé, du plus bousculant au plus neutre."""
    rangees = sorted(sensibilite.variantes, key=lambda v: (-v.ecart_maximal, -v.deplaces, v.libelle))
    return _remplir("variantes", variantes=rangees)
