"""L'arithmétique des documents, refaite : sommes, parts, évolutions, tris, phrases « Lecture ».

Un calcul qui ne retombe pas sur le chiffre imprimé donne un constat. Si une des lignes en cause est marquée douteuse
ou porte une note, la faute du document est déjà dite (gravité « document ») ; sinon elle est « a_verifier ».
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from indicators.donnees.lecture import Donnees, Ligne, decimales_imprimees
from indicators.socle.erreurs import Constat
from indicators.socle.nombres import nombre


@dataclass(frozen=True)
class Calcul:
    """Un calcul refait : la ligne vérifiée, ce qui est trouvé, et les lignes qui ont servi."""

    ligne: Ligne
    juste: bool
    message: str
    avec: tuple[Ligne, ...] = ()

    def constat(self) -> Constat:
        """Le constat d'un calcul faux."""
        dite = any(ligne["fiabilite"] == "douteuse" or ligne["note"] for ligne in (self.ligne, *self.avec))
        return self.ligne.constat("valeur", self.message, "document" if dite else "a_verifier")


RAPPORTS = (
    ("indice_jeunesse", "nb_moins_20", ("nb_60_74", "nb_75_plus"), 1),
    ("indice_generations_agees", "nb_60_74", ("nb_75_plus",), 1),
    ("part_etrangers", "nb_etrangers", ("population",), 100),
)
"""(part, numérateur, dénominateurs à additionner, multiplicateur)."""

AGES = ("0_3", "4_5", "6_10", "11_14", "15_17", "18_25", "25_64", "65_74", "75_plus")
"""Les neuf tranches des fiches de Lens-Liévin : elles se recouvrent par leurs titres, leur somme est exacte."""

ADDITIONS = (
    ("taux_couverture_minima", ("part_menages_aah", "part_menages_rsa"), 0.1),
    ("part_moins_25", ("part_0_14", "part_15_24"), 0.1),
    (
        "population_carroyage",
        tuple(f"nb_{tranche}_carroyage" for tranche in AGES),
        0,
    ),
)
"""(total, termes, tolérance au-delà de l'arrondi)."""

COMPLETS = ((("part_moins_25", "part_25_59", "part_60_plus"), 0.5),)
"""Des parts qui doivent faire 100, et la tolérance que laisse leur arrondi."""

ENTRE = (("taux_emploi_15_64", "taux_emploi_femmes", "taux_emploi_hommes"),)
"""(ensemble, femmes, hommes) : l'ensemble est entre les deux."""

ECARTS = (
    ("taux_emploi_15_64", "taux_emploi_femmes", "ecart_emploi_femmes_hommes"),
    ("taux_scolarisation_15_24", "taux_scolarisation_filles", "ecart_scolarisation_filles_garcons"),
)
"""(ensemble, femmes, femmes − hommes) : l'ensemble est entre les femmes et les hommes qu'on en déduit."""

TRIS = {
    "compas_2023_population": "population",
    "compas_2023_ages": "indice_jeunesse",
    "compas_2023_nationalite": "part_etrangers",
    "compas_2023_monoparentalite": "part_mono_menages_caf",
    "compas_2023_minima": "taux_couverture_minima",
    "compas_2023_c2s": "taux_c2s",
    "compas_2023_scolarisation": "ecart_scolarisation_filles_garcons",
    "compas_2023_emploi": "taux_emploi_15_64",
    "compas_2023_defm_2021": "part_defm_moins_26",
    "compas_2023_defm_2022": "nb_defm_a_t4_evolution_pct",
    "compas_2023_etablissements": "taux_creation_etablissements",
    "compas_2023_idt": "idt",
}
"""Par tableau du Compas, la colonne annoncée « tri décroissant » (DEFM 2021 et 2022 : tri constaté, non annoncé)."""


@dataclass(frozen=True)
class Lecture:
    """Un chiffre répété par une phrase « Lecture » du Compas, arrondi comme elle l'écrit."""

    ligne: int
    territoire: str
    indicateur: str
    annee: int
    valeur: float


LECTURES = (
    Lecture(3020, "QP059050", "population", 2018, 13204),
    Lecture(3072, "QP059054", "indice_jeunesse", 2019, 2.2),
    Lecture(3072, "QP059054", "indice_generations_agees", 2019, 1.7),
    Lecture(3120, "QP059050", "nb_etrangers", 2019, 1228),
    Lecture(3120, "QP059050", "nb_etrangers_evolution_pct", 2019, 31),
    Lecture(3160, "QP059057", "part_mono_menages_caf", 2021, 24),
    Lecture(3160, "QP059057", "part_mono_familles_caf", 2021, 58),
    Lecture(3297, "QP059050", "nb_allocataires_minima", 2021, 2117),
    Lecture(3297, "QP059050", "nb_allocataires_minima_evolution_pct", 2021, -7),
    Lecture(3325, "QP059051", "nb_c2s", 2022, 1193),
    Lecture(3325, "QP059051", "taux_c2s", 2022, 40),
    Lecture(3325, "QP059051", "nb_c2s_evolution_pct", 2022, 12),
    Lecture(3357, "QP059056", "nb_15_24_scolarises", 2019, 85),
    Lecture(3357, "QP059056", "taux_scolarisation_15_24", 2019, 50),
    Lecture(3357, "QP059056", "ecart_scolarisation_filles_garcons", 2019, 18),
    Lecture(3417, "QP059058", "taux_emploi_15_64", 2019, 49),
    Lecture(3417, "QP059058", "ecart_emploi_femmes_hommes", 2019, -11),
    Lecture(3476, "QP059030", "nb_defm_abc", 2021, 632),
    Lecture(3476, "QP059030", "part_defm_femmes", 2021, 42),
    Lecture(3505, "QP059022", "nb_defm_a_t4", 2022, 250),
    Lecture(3505, "QP059022", "nb_defm_a_t4_evolution_pct", 2022, 3),
    Lecture(3543, "QP059054", "nb_etablissements", 2020, 30),
    Lecture(3543, "QP059054", "taux_creation_etablissements", 2020, 57),
    Lecture(3577, "QP059021", "idt", 2019, -211),
)

Cle = tuple[str, str, object]
Cases = dict[Cle, Ligne]


def verifier_arithmetique(donnees: Donnees) -> list[Constat]:
    """Refait tous les calculs et rend un constat par calcul qui ne retombe pas juste."""
    return [calcul.constat() for calcul in calculs(donnees) if not calcul.juste]


def nombre_de_calculs(donnees: Donnees) -> int:
    """Combien de calculs ont pu être refaits."""
    return sum(1 for _ in calculs(donnees))


def calculs(donnees: Donnees) -> Iterator[Calcul]:
    """Tous les calculs que les données permettent de refaire."""
    lignes = [ligne for ligne in donnees["observations"] if ligne["valeur"] is not None]
    par_periode = _cases(lignes, lambda ligne: (ligne["source"], ligne["annee_debut"], ligne["annee"]))
    par_source = _cases(lignes, lambda ligne: (ligne["source"], ligne["annee"]))
    yield from _sommes(donnees, lignes)
    yield from _parts_du_total(donnees, par_periode)
    yield from _rapports(lignes, par_source)
    yield from _evolutions(donnees, lignes, par_source)
    yield from _additions(par_periode)
    yield from _entre_femmes_et_hommes(par_periode)
    yield from _tris(lignes)
    yield from _lectures(lignes)


def _cases(lignes: Iterable[Ligne], periode: Callable[[Ligne], object]) -> Cases:
    return {(ligne["territoire"], ligne["indicateur"], periode(ligne)): ligne for ligne in lignes}


def _ensembles(donnees: Donnees) -> dict[str, set[str]]:
    membres: dict[str, set[str]] = defaultdict(set)
    for lien in donnees["appartenances"]:
        if lien["nature"] in {"regroupement", "partie_de"}:
            membres[lien["parent"]].add(lien["territoire"])
    return membres


def _pas(ligne: Ligne) -> float:
    """La moitié du dernier chiffre imprimé, avec un soupçon pour le calcul binaire."""
    return 0.5 * 10 ** -decimales_imprimees(ligne.textes["valeur"]) + 1e-9


def _sommes(donnees: Donnees, lignes: list[Ligne]) -> Iterator[Calcul]:
    """Le total d'un ensemble de quartiers est la somme de ses membres ; s'il en manque, il n'est pas en dessous."""
    ensembles = _ensembles(donnees)
    comparables = {ligne["unite"] for ligne in donnees["unites"] if ligne["comparable"] == "oui"}
    effectifs = {ligne["indicateur"] for ligne in donnees["indicateurs"] if ligne["unite"] not in comparables}
    groupes: dict[object, dict[str, Ligne]] = defaultdict(dict)
    for ligne in lignes:
        if ligne["indicateur"] in effectifs:
            cle = (ligne["indicateur"], ligne["source"], ligne["annee_debut"], ligne["annee"], ligne["millesime"])
            groupes[cle][ligne["territoire"]] = ligne
    for cases in groupes.values():
        for ensemble, membres in ensembles.items():
            connus = [cases[m] for m in sorted(membres) if m in cases]
            if ensemble not in cases or len(connus) < 2:
                continue
            total, somme = cases[ensemble], sum(ligne["valeur"] for ligne in connus)
            manque = len(membres) - len(connus)
            tolerance = 0.5 * len(connus) if total.textes["annee_debut"] else 0
            trop = somme - total["valeur"]
            juste = (trop <= tolerance) if manque else abs(trop) <= tolerance
            suite = f", {manque} sans valeur" if manque else ""
            yield Calcul(
                total,
                juste,
                f"{total['indicateur']} de {ensemble} : {nombre(total['valeur'])} imprimé, "
                f"{nombre(somme)} en additionnant {len(connus)} territoires{suite}",
                tuple(ligne for ligne in connus if ligne["fiabilite"] == "douteuse"),
            )


def _parts_du_total(donnees: Donnees, cases: Cases) -> Iterator[Calcul]:
    ensembles = _ensembles(donnees)
    for (territoire, indicateur, periode), ligne in cases.items():
        if indicateur != "part_population_qp":
            continue
        for ensemble, membres in ensembles.items():
            part = cases.get((territoire, "population", periode))
            total = cases.get((ensemble, "population", periode))
            if territoire in membres and part is not None and total is not None:
                yield _compare(ligne, 100 * part["valeur"] / total["valeur"], (part, total))


def _rapports(lignes: list[Ligne], cases: Cases) -> Iterator[Calcul]:
    populations: dict[str, Ligne] = {}
    for ligne in lignes:
        if ligne["indicateur"] == "population" and ligne["source"] == "compas_2023_population":
            populations[ligne["territoire"]] = ligne
    for part, numerateur, denominateurs, multiplicateur in RAPPORTS:
        for (territoire, indicateur, periode), ligne in cases.items():
            if indicateur != part:
                continue
            haut = cases.get((territoire, numerateur, periode))
            if denominateurs == ("population",):
                bas = [populations.get(territoire)]
            else:
                bas = [cases.get((territoire, d, periode)) for d in denominateurs]
            presents = [b for b in bas if b is not None]
            if haut is not None and len(presents) == len(bas):
                total = sum(b["valeur"] for b in presents)
                yield _compare(ligne, multiplicateur * haut["valeur"] / total, (haut, *presents))


def _evolutions(donnees: Donnees, lignes: list[Ligne], cases: Cases) -> Iterator[Calcul]:
    """Une évolution en % se déduit de la valeur et de sa variation ; une variation, des deux valeurs."""
    base = {ligne["indicateur"]: ligne["evolution_de"] for ligne in donnees["indicateurs"]}
    for ligne in lignes:
        origine = base[ligne["indicateur"]]
        if not origine:
            continue
        arrivee = cases.get((ligne["territoire"], origine, (ligne["source"], ligne["annee"])))
        if ligne["indicateur"].endswith("_pct"):
            cle = ligne["indicateur"].removesuffix("_pct")
            variation = next(
                (
                    autre
                    for autre in lignes
                    if autre["indicateur"] == cle
                    and all(autre[c] == ligne[c] for c in ("territoire", "source", "annee_debut", "annee"))
                ),
                None,
            )
            if arrivee is None or variation is None:
                continue
            bornes = [
                100 * (variation["valeur"] + d) / (arrivee["valeur"] + e - variation["valeur"] - d)
                for d in (-0.5, 0, 0.5)
                for e in (-0.5, 0, 0.5)
                if arrivee["valeur"] + e - variation["valeur"] - d > 0
            ]
            if bornes:
                exact = 100 * variation["valeur"] / (arrivee["valeur"] - variation["valeur"])
                juste = min(bornes) - _pas(ligne) <= ligne["valeur"] <= max(bornes) + _pas(ligne)
                yield _resultat(ligne, exact, juste, (arrivee, variation))
        else:
            depart = cases.get((ligne["territoire"], origine, (ligne["source"], ligne["annee_debut"])))
            if arrivee is not None and depart is not None:
                exact = arrivee["valeur"] - depart["valeur"]
                juste = abs(exact - ligne["valeur"]) <= 2 * (_pas(arrivee) + _pas(depart))
                yield _resultat(ligne, exact, juste, (arrivee, depart))


def _additions(cases: Cases) -> Iterator[Calcul]:
    for (territoire, indicateur, periode), ligne in cases.items():
        for total, termes, tolerance in ADDITIONS:
            morceaux = [cases.get((territoire, terme, periode)) for terme in termes]
            presents = [m for m in morceaux if m is not None]
            if indicateur == total and len(presents) == len(termes):
                somme = sum(m["valeur"] for m in presents)
                juste = abs(somme - ligne["valeur"]) <= tolerance + 1e-9
                yield _resultat(ligne, somme, juste, tuple(presents))
        for parts, tolerance in COMPLETS:
            if indicateur == parts[0]:
                morceaux = [cases.get((territoire, part, periode)) for part in parts]
                presents = [m for m in morceaux if m is not None]
                if len(presents) == len(parts):
                    somme = sum(m["valeur"] for m in presents)
                    juste = abs(somme - 100) <= tolerance
                    message = f"{', '.join(parts)} de {territoire} font {nombre(somme, 1)} et non 100"
                    yield Calcul(ligne, juste, message, tuple(presents))


def _entre_femmes_et_hommes(cases: Cases) -> Iterator[Calcul]:
    for (territoire, indicateur, periode), ensemble in cases.items():
        for total, femmes, autre in (*ENTRE, *ECARTS):
            une, deux = cases.get((territoire, femmes, periode)), cases.get((territoire, autre, periode))
            if indicateur != total or une is None or deux is None:
                continue
            hommes = deux["valeur"] if autre.startswith("taux") else une["valeur"] - deux["valeur"]
            bas, haut = sorted((une["valeur"], hommes))
            message = (
                f"{total} de {territoire} : {nombre(ensemble['valeur'], 1)} n'est pas entre "
                f"{nombre(bas, 1)} et {nombre(haut, 1)} (femmes et hommes)"
            )
            juste = bas - 0.1 <= ensemble["valeur"] <= haut + 0.1
            yield Calcul(ensemble, juste, message, (une, deux))


def _tris(lignes: list[Ligne]) -> Iterator[Calcul]:
    rangees: dict[str, list[Ligne]] = defaultdict(list)
    for ligne in lignes:
        trie = TRIS.get(ligne["source"]) == ligne["indicateur"] and ligne["territoire"].startswith("QP0")
        if trie and (ligne["indicateur"] != "idt" or ligne["annee"] == 2019):
            rangees[ligne["source"]].append(ligne)
    for source, suite in rangees.items():
        for avant, apres in pairwise(sorted(suite, key=lambda ligne: ligne["ligne"])):
            message = (
                f"tri décroissant rompu dans {source} : {apres.textes['valeur']} (l. {apres['ligne']}) suit "
                f"{avant.textes['valeur']}"
            )
            yield Calcul(apres, avant["valeur"] >= apres["valeur"], message, (avant,))


def _lectures(lignes: list[Ligne]) -> Iterator[Calcul]:
    cases = {
        (ligne["territoire"], ligne["indicateur"], ligne["annee"]): ligne
        for ligne in lignes
        if ligne["source"].startswith("compas")
    }
    for lecture in LECTURES:
        ligne = cases.get((lecture.territoire, lecture.indicateur, lecture.annee))
        if ligne is not None:
            decimales = 0 if float(lecture.valeur).is_integer() else 1
            juste = abs(ligne["valeur"] - lecture.valeur) <= 0.5 * 10**-decimales + 1e-9
            message = (
                f"la phrase « Lecture » (l. {lecture.ligne}) dit {nombre(lecture.valeur, decimales)}, "
                f"le tableau {ligne.textes['valeur']}"
            )
            yield Calcul(ligne, juste, message)


def _compare(ligne: Ligne, exact: float, avec: tuple[Ligne, ...]) -> Calcul:
    return _resultat(ligne, exact, abs(exact - ligne["valeur"]) <= _pas(ligne) + 1e-6, avec)


def _resultat(ligne: Ligne, exact: float, juste: bool, avec: tuple[Ligne, ...]) -> Calcul:
    message = (
        f"{ligne['indicateur']} de {ligne['territoire']} : {ligne.textes['valeur']} imprimé, "
        f"{nombre(exact, 2)} en refaisant le calcul"
    )
    return Calcul(ligne, juste, message, avec)
