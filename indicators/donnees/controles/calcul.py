"""L'arithmétique des documents, refaite : sommes, parts, évolutions, tris, phrases « Lecture ».

Un calcul qui ne retombe pas sur le chiffre imprimé donne un constat. Si une des lignes en cause est marquée douteuse
ou porte une note, la faute du document est déjà dite (gravité « document ») ; sinon elle est « a_verifier ».
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from indicators.donnees.lecture import decimales_imprimees
from indicators.donnees.lignes import Donnees, Ligne
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
    for formule in donnees["formules"]:
        cases = par_source if formule["sorte"] == "rapport" else par_periode
        for cle, ligne in cases.items():
            if ligne["indicateur"] == formule["resultat"]:
                yield from _FORMULES[formule["sorte"]](donnees, formule, cases, cle)
    yield from _evolutions(donnees, lignes, par_source)
    yield from _tris(donnees, lignes)
    yield from _lectures(donnees, lignes)


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
    return float(0.5 * 10.0 ** -decimales_imprimees(ligne.textes["valeur"]) + 1e-9)


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


def _codes(formule: Ligne, colonne: str) -> list[str]:
    return [code.strip() for code in formule[colonne].split(",") if code.strip()]


def _trouvees(cases: Cases, territoire: str, indicateurs: Iterable[str], periode: object) -> tuple[Ligne, ...] | None:
    """Les lignes de ces indicateurs, None s'il en manque une."""
    lues = [cases.get((territoire, indicateur, periode)) for indicateur in indicateurs]
    presentes = tuple(ligne for ligne in lues if ligne is not None)
    return presentes if len(presentes) == len(lues) else None


def _rapport(donnees: Donnees, formule: Ligne, cases: Cases, cle: Cle) -> Iterator[Calcul]:
    territoire, _, periode = cle
    haut = _trouvees(cases, territoire, _codes(formule, "termes"), periode)
    if source := formule["source_diviseurs"]:
        autres = _cases(
            (o for o in donnees["observations"] if o["source"] == source and o["valeur"] is not None), lambda _: None
        )
        bas = _trouvees(autres, territoire, _codes(formule, "diviseurs"), None)
    else:
        bas = _trouvees(cases, territoire, _codes(formule, "diviseurs"), periode)
    if haut and bas:
        exact = formule["multiplicateur"] * _total(haut) / _total(bas)
        yield _compare(cases[cle], exact, (*haut, *bas))


def _part_ensemble(donnees: Donnees, formule: Ligne, cases: Cases, cle: Cle) -> Iterator[Calcul]:
    territoire, _, periode = cle
    termes = _codes(formule, "termes")
    part = _trouvees(cases, territoire, termes, periode)
    for ensemble, membres in _ensembles(donnees).items():
        total = _trouvees(cases, ensemble, termes, periode)
        if territoire in membres and part and total:
            exact = formule["multiplicateur"] * _total(part) / _total(total)
            yield _compare(cases[cle], exact, (*part, *total))


def _somme(_donnees: Donnees, formule: Ligne, cases: Cases, cle: Cle) -> Iterator[Calcul]:
    territoire, _, periode = cle
    if termes := _trouvees(cases, territoire, _codes(formule, "termes"), periode):
        juste = abs(_total(termes) - cases[cle]["valeur"]) <= formule["tolerance"] + 1e-9
        yield _resultat(cases[cle], _total(termes), juste, termes)


def _cent(_donnees: Donnees, formule: Ligne, cases: Cases, cle: Cle) -> Iterator[Calcul]:
    territoire, resultat, periode = cle
    parts = (resultat, *_codes(formule, "termes"))
    if lues := _trouvees(cases, territoire, parts, periode):
        message = f"{', '.join(parts)} de {territoire} font {nombre(_total(lues), 1)} et non 100"
        yield Calcul(cases[cle], abs(_total(lues) - 100) <= formule["tolerance"], message, lues)


def _entre(_donnees: Donnees, formule: Ligne, cases: Cases, cle: Cle) -> Iterator[Calcul]:
    """L'ensemble est entre ses deux moitiés ; la seconde est donnée, ou se déduit d'un écart."""
    territoire, resultat, periode = cle
    lues = _trouvees(cases, territoire, _codes(formule, "termes"), periode)
    if lues is None:
        return
    une, autre = (ligne["valeur"] for ligne in lues)
    bas, haut = sorted((une, une - autre if formule["sorte"] == "entre_ecart" else autre))
    ensemble, tolerance = cases[cle], formule["tolerance"]
    message = (
        f"{resultat} de {territoire} : {nombre(ensemble['valeur'], 1)} n'est pas entre "
        f"{nombre(bas, 1)} et {nombre(haut, 1)} (femmes et hommes)"
    )
    yield Calcul(ensemble, bas - tolerance <= ensemble["valeur"] <= haut + tolerance, message, lues)


_FORMULES: dict[str, Callable[[Donnees, Ligne, Cases, Cle], Iterator[Calcul]]] = {
    "rapport": _rapport,
    "part_ensemble": _part_ensemble,
    "somme": _somme,
    "cent": _cent,
    "entre": _entre,
    "entre_ecart": _entre,
}


def _total(lignes: Iterable[Ligne]) -> float:
    return float(sum(ligne["valeur"] for ligne in lignes))


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


def _tris(donnees: Donnees, lignes: list[Ligne]) -> Iterator[Calcul]:
    statuts = {ligne["territoire"]: ligne["statut"] for ligne in donnees["territoires"]}
    for tri in donnees["tris"]:
        source = tri["source"]
        suite = [
            ligne
            for ligne in lignes
            if (ligne["source"], ligne["indicateur"]) == (source, tri["indicateur"])
            and statuts.get(ligne["territoire"]) == tri["statut"]
            and tri["annee"] in (None, ligne["annee"])
        ]
        for avant, apres in pairwise(sorted(suite, key=lambda ligne: ligne["ligne"])):
            message = (
                f"tri décroissant rompu dans {source} : {apres.textes['valeur']} (l. {apres['ligne']}) suit "
                f"{avant.textes['valeur']}"
            )
            yield Calcul(apres, avant["valeur"] >= apres["valeur"], message, (avant,))


def _lectures(donnees: Donnees, lignes: list[Ligne]) -> Iterator[Calcul]:
    documents = {ligne["source"]: ligne["document"] for ligne in donnees["sources"]}

    def du_document(ligne: Ligne) -> tuple[object, ...]:
        return documents.get(ligne["source"]), ligne["territoire"], ligne["indicateur"], ligne["annee"]

    cases = {du_document(ligne): ligne for ligne in lignes}
    for lecture in donnees["lectures"]:
        ligne = cases.get(du_document(lecture))
        if ligne is not None:
            juste = abs(ligne["valeur"] - lecture["valeur"]) <= _pas(lecture)
            message = (
                f"la phrase « Lecture » (l. {lecture['ligne']}) dit "
                f"{nombre(lecture['valeur'], decimales_imprimees(lecture.textes['valeur']))}, "
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
