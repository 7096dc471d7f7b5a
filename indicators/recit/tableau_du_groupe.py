"""Le tableau d'un groupe dans le temps, écrit une fois : l'écran, l'image, le classeur et le CSV le rendent tous."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indicators.analyse.comparaison import Comparaison, Jugement
from indicators.analyse.evolution import MotifEvolution
from indicators.analyse.groupe import Case, GroupeSuivi, LigneSuivie, Place, est_la_mediane, jugement_de_la_place
from indicators.analyse.series import Serie
from indicators.recit import groupe as mots
from indicators.recit import phrases, ruptures
from indicators.socle.catalogue import NatureRupture, Sens
from indicators.socle.nombres import TIRET, nombre, signe
from indicators.socle.territoires import cle_de_recherche

VALEURS, ECARTS = "valeurs", "ecarts"
"""Ce que montrent les cases : la valeur, ou son écart à la référence la même année."""
NOM, TENDANCE, ECART, SUIVI = "nom", "tendance", "ecart", "suivi"
"""Les colonnes qui ne sont pas une année."""
MARQUES = {Jugement.DEFAVORABLE: "◆", Jugement.FAVORABLE: "●"}


@dataclass(frozen=True)
class Colonne:
    """Une colonne : son code (« 2018 », « tendance »…), son titre, sa note ; `coupee` : une rupture la précède."""

    code: str
    titre: str
    note: str = ""
    coupee: bool = False


@dataclass(frozen=True)
class Cellule:
    """Une case écrite : `texte` et, si c'en est un, le nombre et ses décimales.

    `jugement` et `forte` donnent la teinte, `marque` la forme et `mot` ce qu'elles disent ; `suite` vient après, en
    petit. Vide, `texte` est un tiret.
    """

    texte: str = TIRET
    valeur: float | None = None
    decimales: int = 0
    jugement: Jugement = Jugement.INDETERMINE
    forte: bool = False
    marque: str = ""
    mot: str = ""
    suite: str = ""
    douteuse: bool = False


@dataclass(frozen=True)
class Rangee:
    """Un territoire du groupe : ses cellules dans l'ordre des colonnes (sans celle du nom), et sa série à dessiner."""

    ligne: LigneSuivie
    cellules: tuple[Cellule, ...]


@dataclass(frozen=True)
class Tete:
    """Une rangée du haut : la référence ou la médiane ; ses cellules dans l'ordre des colonnes (sans celle du nom)."""

    nom: str
    code: str
    cellules: tuple[Cellule, ...]


@dataclass(frozen=True)
class Tableau:
    """Le tableau entier : colonnes, rangées de tête, rangées dans l'ordre demandé (`tri`, `-` devant : croissant)."""

    suivi: GroupeSuivi
    montrer: str
    tri: str
    colonnes: tuple[Colonne, ...]
    tetes: tuple[Tete, ...]
    rangees: tuple[Rangee, ...]


def tris(suivi: GroupeSuivi) -> list[str]:
    """Les ordres proposés, le premier d'abord : la dernière année bien connue, puis les autres colonnes."""
    annees = [str(a) for a in reversed(suivi.annees)]
    premiere = str(suivi.annee_ecart) if suivi.annee_ecart else ""
    rangees = sorted(annees, key=lambda a: a != premiere)
    autres = [c.code for c in _colonnes(suivi)[1:] if not c.code.isdigit()]
    return [code for c in (*rangees, *autres) for code in (c, f"-{c}")] + [NOM]


def nommer_le_tri(code: str, suivi: GroupeSuivi) -> str:
    """« 2018, du plus élevé au plus faible »."""
    if code == NOM:
        return "nom"
    titres = {c.code: c.titre for c in _colonnes(suivi)}
    sens = "du plus faible au plus élevé" if code.startswith("-") else "du plus élevé au plus faible"
    return f"{titres.get(code.removeprefix('-'), code)}, {sens}"


def ecrire(suivi: GroupeSuivi, montrer: str = VALEURS, tri: str = "") -> Tableau:
    """Le tableau, ses cases en valeurs ou en écarts, rangé selon `tri` ; ceux qui n'ont rien à y ranger, à la fin."""
    colonnes = _colonnes(suivi)
    choisi = tri or tris(suivi)[0]
    rangees = [
        Rangee(ligne, tuple(_cellule(suivi, ligne, c.code, montrer) for c in colonnes[1:])) for ligne in suivi.lignes
    ]
    return Tableau(
        suivi, montrer, choisi, colonnes, _tetes(suivi, colonnes, montrer), _ranger(rangees, colonnes, choisi)
    )


def _colonnes(suivi: GroupeSuivi) -> tuple[Colonne, ...]:
    unite, mesure = suivi.indicateur.unite.ecart, suivi.indicateur.unite
    annees = []
    for annee in suivi.annees:
        rupture = suivi.coupe(annee)
        arrondi = any(r.nature is NatureRupture.ARRONDI and (r.depuis or 0) <= annee for r in suivi.reserves)
        note = ruptures.en_bref(rupture) if rupture else ""
        annees.append(Colonne(str(annee), str(annee), note or ("à l’unité" if arrondi else ""), rupture is not None))
    fin = []
    if suivi.tendance:
        fin.append(Colonne(TENDANCE, f"{suivi.tendance[0]} → {suivi.tendance[1]}", f"tendance, {unite}"))
    if suivi.annee_ecart and suivi.reference:
        fin.append(Colonne(ECART, f"Écart {suivi.annee_ecart}", f"avec : {mots.nom_de(suivi.reference, suivi)}"))
    if suivi.suivi and suivi.repere:
        titre = f"L’écart, {suivi.suivi[0]} → {suivi.suivi[1]}"
        fin.append(Colonne(SUIVI, titre, f"avec : {mots.nom_de(suivi.repere, suivi)}"))
    return (Colonne(NOM, "Territoire", f"valeurs en {mesure}" if mesure.pluriel else ""), *annees, *fin)


def _ranger(rangees: Sequence[Rangee], colonnes: Sequence[Colonne], tri: str) -> tuple[Rangee, ...]:
    croissant, code = tri.startswith("-"), tri.removeprefix("-")
    nom: Callable[[Rangee], str] = lambda r: cle_de_recherche(r.ligne.territoire.nom_court)  # noqa: E731
    places = {c.code: n for n, c in enumerate(colonnes[1:])}
    if code not in places:
        return tuple(sorted(rangees, key=nom))

    def cle(rangee: Rangee) -> tuple[object, ...]:
        valeur = rangee.cellules[places[code]].valeur
        return valeur is None, (valeur or 0.0) * (1 if croissant else -1), nom(rangee)

    return tuple(sorted(rangees, key=cle))


def _cellule(suivi: GroupeSuivi, ligne: LigneSuivie, code: str, montrer: str) -> Cellule:
    if code == TENDANCE:
        return _tendance(ligne)
    if code == SUIVI:
        variation = ligne.ecart.variation if ligne.ecart else None
        return Cellule(mots.mot_de_l_ecart(ligne), variation, _decimales(ligne))
    if code == ECART:
        case = ligne.cases.get(suivi.annee_ecart or 0)
        return _ecart(case.comparaison, court=False, case=case) if case else Cellule("non publié")
    case = ligne.cases.get(int(code))
    if case is None:
        return Cellule()
    return _valeur(case, suivi) if montrer == VALEURS else _ecart(case.comparaison, court=True, case=case)


def _decimales(ligne: LigneSuivie) -> int:
    ecart = ligne.ecart
    if ecart is None or ecart.depart is None or ecart.arrivee is None:
        return 0
    return min(ecart.depart.decimales, ecart.arrivee.decimales)


def _valeur(case: Case, suivi: GroupeSuivi) -> Cellule:
    o = case.chiffre
    jugement = jugement_de_la_place(case.place, suivi.indicateur.sens)
    extreme = case.place in {Place.PLUS_HAUT, Place.PLUS_BAS}
    marque = MARQUES.get(jugement, {Place.PLUS_HAUT: "▲", Place.PLUS_BAS: "▼"}.get(case.place, ""))
    return Cellule(
        mots.valeur(o),
        o.valeur if o.est_ponctuelle else None,
        o.decimales,
        jugement,
        extreme,
        marque if extreme else "",
        mots.MOTS_PLACE[case.place],
        douteuse=o.douteuse,
    )


def _ecart(comparaison: Comparaison | None, *, court: bool, case: Case | None = None) -> Cellule:
    """L'écart signé ; en entier, suivi de « 2,1 fois » ou de la raison de ne pas juger."""
    if comparaison is None or comparaison.ecart is None:
        if case is not None and not case.chiffre.est_ponctuelle:
            return Cellule(mots.valeur(case.chiffre))
        return Cellule() if court or comparaison is None else Cellule(phrases.motif(comparaison) or TIRET)
    d = comparaison.decimales
    texte = signe(round(comparaison.ecart, d), d)
    juge = comparaison.jugement
    verdict = phrases.verdict(comparaison)
    suite = phrases.rapport(comparaison)
    if not court and juge not in MARQUES and verdict:
        suite = verdict
    return Cellule(
        texte,
        round(comparaison.ecart, d),
        d,
        juge,
        juge in MARQUES,
        MARQUES.get(juge, ""),
        verdict,
        "" if court else suite,
        bool(comparaison.observation.douteuse or comparaison.reference_douteuse),
    )


def _tendance(ligne: LigneSuivie) -> Cellule:
    sens, texte, mot = mots.fleche(ligne.evolution)
    e = ligne.evolution
    if e.variation is None or e.depart is None or e.arrivee is None:
        return Cellule(mot or TIRET)
    juge = e.jugement if e.motif is MotifEvolution.AUCUN else Jugement.INDETERMINE
    d = min(e.depart.decimales, e.arrivee.decimales)
    douteuse = e.depart.douteuse or e.arrivee.douteuse
    return Cellule(texte, round(e.variation, d), d, juge, False, sens, mot, mot, douteuse)


def _tetes(suivi: GroupeSuivi, colonnes: Sequence[Colonne], montrer: str) -> tuple[Tete, ...]:
    tetes = []
    if suivi.reference is not None and not est_la_mediane(suivi.reference):
        reference = suivi.reference
        nom = f"{reference.territoire.nom_court} (référence)"
        cellules = tuple(_cellule_de_reference(reference, c) for c in colonnes[1:])
        tetes.append(Tete(nom, reference.territoire.territoire, cellules))
    if suivi.medianes:
        cellules = tuple(_cellule_de_mediane(suivi, c, montrer) for c in colonnes[1:])
        tetes.append(Tete(f"Médiane des {mots.membres(suivi, suivi.combien)}", "", cellules))
    return tuple(tetes)


def _cellule_de_reference(reference: Serie, colonne: Colonne) -> Cellule:
    if not colonne.code.isdigit():
        return Cellule("")
    o = reference.en(int(colonne.code))
    if o is None:
        return Cellule()
    return Cellule(mots.valeur(o), o.valeur if o.est_ponctuelle else None, o.decimales, douteuse=o.douteuse)


def _cellule_de_mediane(suivi: GroupeSuivi, colonne: Colonne, montrer: str) -> Cellule:
    connue = suivi.medianes.get(int(colonne.code)) if colonne.code.isdigit() else None
    if connue is None:
        return Cellule("" if not colonne.code.isdigit() else TIRET)
    valeur, combien = connue
    d = max(
        c.chiffre.decimales
        for li in suivi.lignes
        if (c := li.cases.get(int(colonne.code))) is not None and c.chiffre.est_ponctuelle
    )
    reste = "" if combien == suivi.combien else f"sur {combien}"
    return Cellule(nombre(valeur, d), round(valeur, d), d, suite=reste)


def legende(suivi: GroupeSuivi, montrer: str) -> list[tuple[Jugement, bool, str, str]]:
    """Comment lire les cases : (jugement, teinte forte, marque, mots), du plus élevé au plus faible."""
    if montrer == ECARTS:
        nom = mots.nom_de(suivi.reference, suivi)
        return [
            (Jugement.DEFAVORABLE, True, "◆", f"défavorable face à : {nom}"),
            (Jugement.FAVORABLE, True, "●", "favorable"),
            (Jugement.PROCHE, False, "", "comparable, ou sans jugement"),
        ]
    if not suivi.medianes:
        return []
    lues = []
    for place in (Place.PLUS_HAUT, Place.HAUT, Place.MILIEU, Place.BAS, Place.PLUS_BAS):
        juge = jugement_de_la_place(place, suivi.indicateur.sens)
        extreme = place in {Place.PLUS_HAUT, Place.PLUS_BAS}
        neutre = suivi.indicateur.sens is Sens.NEUTRE
        marque = ("▲" if place is Place.PLUS_HAUT else "▼") if neutre else MARQUES.get(juge, "")
        mot = mots.MOTS_PLACE[place]
        if extreme and not neutre:
            # Face au groupe, non à une référence : une place, jamais un jugement.
            mot += ", moins bien placé" if juge is Jugement.DEFAVORABLE else ", mieux placé"
        lues.append((juge, extreme, marque if extreme else "", mot))
    return lues
