"""Le relevé de décisions d'une séance, et la diapositive par laquelle s'ouvre la suivante."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from indicators.analyse.portrait import Portrait
from indicators.publications.composition import date_en_lettres
from indicators.recit import phrases
from indicators.recit.page.diapositives import Bloc, Diapositive, Liste, Tableau, Texte
from indicators.socle.catalogue import Catalogue
from indicators.socle.nombres import INSECABLE, accord, capitale, cardinal, compter, et_autres, nombre
from indicators.socle.territoires import Territoire
from indicators.socle.unites import avec_unite
from indicators.suivi.documents.ecrit import Ecrit, Rubrique
from indicators.suivi.seances import CLOSES, MOTS, Chiffre, Decision, DepuisLaDerniere, EtatDecision, Note, Seance

DEPUIS = "depuis"
"""La clé de la diapositive, dans l'adresse."""
_DECISIONS_AU_PLUS = 6


def etat_en_mots(decision: Decision, aujourdhui: date) -> str:
    """« en cours », « à faire, en retard de 12 jours »."""
    mot = MOTS[decision.saisie.etat]
    if not decision.en_retard(aujourdhui) or decision.saisie.echeance is None:
        return mot
    jours = (aujourdhui - decision.saisie.echeance).days
    return f"{mot}, en retard de {compter(jours, 'jour')}"


def compte(decisions: Sequence[Decision], aujourdhui: date) -> str:
    """« une décision tenue, deux en cours, une en retard »."""
    retards = sum(d.en_retard(aujourdhui) for d in decisions)
    tenues = sum(d.saisie.etat is EtatDecision.FAITE for d in decisions)
    abandonnees = sum(d.saisie.etat is EtatDecision.ABANDONNEE for d in decisions)
    reste = len(decisions) - retards - tenues - abandonnees
    parts = [
        (tenues, "tenue", "tenues"), (reste, "en cours ou à faire", "en cours ou à faire"),
        (retards, "en retard", "en retard"), (abandonnees, "abandonnée", "abandonnées"),
    ]  # fmt: skip
    dites = [f"{cardinal(n, feminin=True)} {un if n == 1 else plusieurs}" for n, un, plusieurs in parts if n]
    if not dites:
        return "aucune décision"
    premiere, *suite = dites
    n = next(n for n, _, _ in parts if n)
    tete, _, queue = premiere.partition(" ")
    return ", ".join([f"{tete} {accord(n, 'décision')} {queue}", *suite])


def chiffres_montres(vue: Portrait) -> list[Chiffre]:
    """Les chiffres d'un portrait, de quoi dire la fois d'après ce qui a changé."""
    return [
        Chiffre(vue.territoire.territoire, x.indicateur.indicateur, phrases.periode(x.chiffre), x.chiffre.valeur)
        for x in vue.lignes
        if x.chiffre is not None
    ][:300]


def changements(avant: Sequence[Chiffre], vue: Portrait) -> list[str]:
    """Une phrase par chiffre qui n'est plus celui que la séance montrait ; vide si rien de nouveau."""
    connus = {c.indicateur: c for c in avant if c.territoire == vue.territoire.territoire}
    dites = []
    for ligne in vue.lignes:
        i, o = ligne.indicateur, ligne.chiffre
        if o is None:
            continue
        ancien = connus.get(i.indicateur)
        periode = phrases.periode(o)
        if ancien is None:
            suite = "n’était pas montré" if connus else ""
        elif (ancien.periode, ancien.valeur) == (periode, o.valeur):
            suite = ""
        elif ancien.valeur is None:
            suite = f"sans valeur exacte alors ({ancien.periode})"
        else:
            lu = avec_unite(nombre(ancien.valeur, i.decimales), i.unite, ancien.valeur)
            suite = f"c’était {lu} ({ancien.periode})"
        if suite:
            doute = " (douteux)" if o.douteuse else ""
            dites.append(f"{i.libelle_court}{INSECABLE}: {phrases.chiffre(o, i.unite)}{doute} ({periode}), {suite}.")
    return dites


def diapositive(depuis: DepuisLaDerniere, vue: Portrait, aujourdhui: date) -> Diapositive:
    """« Depuis la dernière séance » : ce qui était décidé, ce que c'est devenu, les chiffres qui ont changé."""
    decisions = (*depuis.decidees, *depuis.restantes)
    blocs: list[Bloc] = []
    if decisions:
        montrees = sorted(decisions, key=lambda d: (not d.en_retard(aujourdhui), d.saisie.etat in CLOSES))
        blocs.append(
            Tableau(
                ("Décision", "Qui", "Échéance", "État"),
                tuple(_rangee(d, aujourdhui) for d in montrees[:_DECISIONS_AU_PLUS]),
            )
        )
    reste = len(decisions) - _DECISIONS_AU_PLUS
    if reste > 0:
        blocs.append(Texte(f"…{et_autres(reste)} au relevé de décisions."))
    neufs = changements(depuis.precedente.chiffres, vue)
    blocs.append(
        Liste(tuple(neufs[:5]) or ("Rien de nouveau.",), titre="Ce qui a changé dans les chiffres", dense=True)
    )
    return Diapositive(
        DEPUIS,
        f"Depuis la séance du {date_en_lettres(depuis.precedente.jour)}",
        capitale(f"depuis la dernière séance{INSECABLE}: {compte(decisions, aujourdhui)}"),
        tuple(blocs),
        f"Décisions{INSECABLE}: relevé de la séance du {date_en_lettres(depuis.precedente.jour)}",
    )


def _rangee(d: Decision, aujourdhui: date) -> tuple[str, ...]:
    s = d.saisie
    texte = s.texte if len(s.texte) <= 160 else f"{s.texte[:159]}…"
    return (texte, s.charge or "à désigner", _echeance(s.echeance), etat_en_mots(d, aujourdhui))


def _echeance(jour: date | None) -> str:
    return f"{jour:%d/%m/%Y}" if jour else "sans échéance"


def releve(
    seance: Seance,
    territoire: Territoire,
    decisions: Sequence[Decision],
    notes: Mapping[str, Note],
    titres: Mapping[str, str],
    depuis: DepuisLaDerniere | None,
    catalogue: Catalogue,
    engagements: Mapping[str, str],
    aujourdhui: date,
) -> Ecrit:
    """Le relevé ; `titres` : celui de chaque diapositive, pour situer les notes ; `engagements` : id → action."""
    rubriques = []
    lignes = tuple((*_rangee_entiere(n, d, aujourdhui),) for n, d in enumerate(decisions, start=1))
    rubriques.append(
        Rubrique(
            "Décisions",
            () if lignes else ("Aucune décision n’a été notée.",),
            entetes=("N°", "Décision", "En charge", "Échéance", "État") if lignes else (),
            lignes=lignes,
            largeurs=(1, 9, 4, 3, 3),
        )
    )
    liees = [d for d in decisions if d.saisie.engagement or d.saisie.indicateur]
    if liees:
        rubriques.append(
            Rubrique("À quoi tiennent ces décisions", points=tuple(_lien(d, catalogue, engagements) for d in liees))
        )
    if depuis is not None and (depuis.decidees or depuis.restantes):
        anciennes = (*depuis.decidees, *depuis.restantes)
        rubriques.append(
            Rubrique(
                f"Depuis la séance du {date_en_lettres(depuis.precedente.jour)}",
                (capitale(f"{compte(anciennes, aujourdhui)}."),),
                entetes=("Décision", "En charge", "Échéance", "État"),
                lignes=tuple(_rangee(d, aujourdhui) for d in anciennes),
                largeurs=(9, 4, 3, 4),
            )
        )
    ecrites = [(titres.get(cle, cle), n.texte) for cle, n in notes.items() if n.texte]
    if ecrites:
        rubriques.append(Rubrique("Notes"))
        rubriques += [Rubrique(titre, tuple(texte.split("\n")), niveau=2) for titre, texte in ecrites]
    return Ecrit(
        f"Relevé de décisions — {territoire.nom}",
        f"{seance.titre}, {date_en_lettres(seance.jour)}.",
        tuple(rubriques),
        f"Observatoire des quartiers. Relevé édité le {date_en_lettres(aujourdhui)}.",
    )


def _rangee_entiere(n: int, d: Decision, aujourdhui: date) -> tuple[str, ...]:
    s = d.saisie
    return (str(n), s.texte, s.charge or "à désigner", _echeance(s.echeance), etat_en_mots(d, aujourdhui))


def _lien(d: Decision, catalogue: Catalogue, engagements: Mapping[str, str]) -> str:
    cibles = []
    if d.saisie.engagement:
        cibles.append(f"engagement « {engagements.get(d.saisie.engagement, d.saisie.engagement)} »")
    if d.saisie.indicateur in catalogue.indicateurs:
        cibles.append(f"indicateur « {catalogue.indicateurs[d.saisie.indicateur].libelle} »")
    texte = d.saisie.texte if len(d.saisie.texte) <= 90 else f"{d.saisie.texte[:89]}…"
    return f"{texte}{INSECABLE}: {', '.join(cibles)}."
