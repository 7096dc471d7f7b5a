"""Ce que l'écran « Sources et méthode » explique : fiche d'un indicateur, règles de lecture, couverture, glossaire.

Des mots et de petits objets. Les comptes viennent de `questions.py`, les verdicts de `comparaison.py`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from indicators.analyse.comparaison import Motif
from indicators.recit.phrases import MOTS_MOTIF, date_en_lettres, typographie
from indicators.socle.catalogue import Indicateur, Sens
from indicators.socle.methode import Passage
from indicators.socle.nombres import cardinal, decimales_utiles, nombre
from indicators.socle.observations import Statut
from indicators.socle.repartition import SEUIL_REPARTITION
from indicators.socle.unites import avec_unite

JOURNAL = Path(__file__).resolve().parents[2] / "CHANGELOG.md"
"""Le journal des chiffres, à la racine du projet."""

RANGS = {
    1: "fichier du producteur",
    2: "document qui reprend le producteur",
    3: "texte d’un contrat",
    4: "presse ou compilation",
}
"""Le rang d'une source, en mots : à chiffres égaux, le plus petit est montré."""


@dataclass(frozen=True)
class Parution:
    """Une livraison du journal des chiffres : son titre et son texte, en Markdown."""

    titre: str
    texte: str

    @property
    def annonce(self) -> str:
        """Le titre, sa date en toutes lettres : « 26 novembre 2026, à l'échelle de la France »."""
        jour, _, quoi = self.titre.partition(" — ")
        try:
            dit = date_en_lettres(date.fromisoformat(jour))
        except ValueError:
            return self.titre
        return f"{dit}, {quoi}" if quoi else dit


def unite(indicateur: Indicateur) -> str:
    """L'unité en toutes lettres."""
    return indicateur.unite.libelle


def sens(indicateur: Indicateur) -> str:
    """Ce qui est jugé favorable, en une phrase."""
    mots = {
        Sens.HAUSSE: "Plus la valeur est élevée, plus la situation est jugée favorable.",
        Sens.BAISSE: "Plus la valeur est faible, plus la situation est jugée favorable.",
        Sens.NEUTRE: "Ni bon ni mauvais en soi : l’écart est dit, sans jugement.",
    }
    return typographie(mots[indicateur.sens])


def bande(indicateur: Indicateur) -> str:
    """L'écart en deçà duquel deux valeurs sont dites proches, en une phrase."""
    largeur = indicateur.bande_proche
    if not largeur:
        return typographie("Aucune bande de proximité : seules deux valeurs égales sont dites proches.")
    texte = avec_unite(nombre(largeur, decimales_utiles(largeur)), indicateur.unite.ecart, largeur)
    return f"Deux valeurs séparées de {texte} ou moins sont dites proches."


def formule(indicateur: Indicateur) -> tuple[str, str] | None:
    """Le numérateur et le dénominateur, ou None si la quantité n'est pas un quotient décrit au catalogue."""
    if not indicateur.numerateur or not indicateur.denominateur:
        return None
    return indicateur.numerateur, indicateur.denominateur


def categories(passages: Iterable[Passage]) -> list[tuple[str, int]]:
    """Pourquoi des passages sont laissés : chaque catégorie et son nombre, de la plus à la moins fréquente."""
    return Counter(p.categorie for p in passages).most_common()


def journal(chemin: Path = JOURNAL) -> tuple[Parution, ...]:
    """Les livraisons du journal des chiffres, de la plus récente à la plus ancienne ; vide si le fichier manque."""
    if not chemin.exists():
        return ()
    morceaux = re.split(r"^## ", typographie(chemin.read_text("utf-8-sig")), flags=re.MULTILINE)
    return tuple(Parution(*map(str.strip, morceau.partition("\n")[::2])) for morceau in morceaux[1:])


REGLES: dict[str, tuple[tuple[str, str], ...]] = {
    "Le fait": (
        ("plus élevé, plus faible", "L’écart avec la référence dépasse la bande de proximité de l’indicateur. C’est un "
         "fait, pas un jugement : il ne dit pas si c’est bien."),
        ("valeur proche", "L’écart tient dans la bande de proximité, écrite sur la fiche de l’indicateur. Une "
         "différence aussi petite ne permet pas de distinguer les deux territoires."),
        ("même valeur", "L’écart, arrondi comme les chiffres publiés, est nul."),
    ),
    "Le jugement": (
        ("favorable, défavorable", "Le fait, lu dans le sens de l’indicateur. Il ne porte que sur la position face à "
         "la référence, jamais sur les habitants ni sur le travail accompli."),
        ("comparable", "Valeur proche de celle de la référence, pour un indicateur qui a un sens."),
        ("sans jugement", "L’indicateur n’est ni bon ni mauvais en soi (la part de logements sociaux, le nombre "
         "d’habitants…), ou les deux chiffres ne sont pas de la même année. L’écart est écrit, sans couleur."),
    ),
    "Les places et les ensembles": (
        ("rang", "Un quartier n’est rangé que parmi ceux du même statut, du même périmètre et de la même année. Les "
         "chiffres secrets, absents, ou publiés en classe sont comptés à part, jamais rangés."),
        ("répartition", f"Sous {cardinal(SEUIL_REPARTITION)} valeurs, elles sont montrées une à une : ni médiane ni "
         "quartiles."),
        ("total et moyenne", "Une part d’ensemble est une somme rapportée à une somme. Des médianes, des quartiles ou "
         "des parts ne sont jamais moyennés."),
        ("évolution", "Aucune évolution n’est tracée quand le périmètre a changé, ni à travers une rupture dite par le "
         "producteur : nouveau barème, nouvelle loi, nouvelle méthode. Une variation n’est pas jugée quand deux "
         "recensements ont moins de cinq ans d’écart, ni en euros courants. « L’écart se creuse » ou « se réduit » "
         "compare l’écart aux deux mêmes années, pour le territoire et pour la référence."),
        ("plusieurs sources", "Quand deux sources donnent un chiffre pour la même date, les deux sont gardées. La "
         "mieux placée est montrée : fichier du producteur, document qui le reprend, contrat, puis presse."),
    ),
}  # fmt: skip
"""Les règles de lecture, par chapitre : (ce qui est écrit à l'écran, ce que cela veut dire)."""

MOTIFS: dict[Motif, tuple[str, str]] = {
    Motif.INTERVALLE_NON_CONCLUSIF: (MOTS_MOTIF[Motif.INTERVALLE_NON_CONCLUSIF],
        "Le chiffre est publié en classe ou en "
        "seuil, et toutes les valeurs qu’il permet ne sont pas du même côté de la référence. « Plus de 30 % » face à "
        "32 % ne dit rien ; « de 25 à 30 % » face à 18,8 % est certain."),
    Motif.ANNEES_DIFFERENTES: (MOTS_MOTIF[Motif.ANNEES_DIFFERENTES],
        "L’écart est écrit avec les deux années, sans jugement. Une "
        "variation, elle, n’est comparée qu’à une variation sur la même période."),
    Motif.RUPTURE: (MOTS_MOTIF[Motif.RUPTURE], "Entre les deux années, l’indicateur a changé de sens "
        "(nouveau barème, nouvelle loi, nouvelle méthode, nouvelle définition), ou le lieu de périmètre. Les deux "
        "chiffres sont montrés, sans écart, sans position ni jugement. Si la référence a un chiffre du même côté de "
        "la rupture, c’est lui qui sert."),
    Motif.GEOGRAPHIES_DIFFERENTES: (MOTS_MOTIF[Motif.GEOGRAPHIES_DIFFERENTES],
        "Un quartier de 2015 et un "
        "quartier de 2024 n’ont pas les mêmes limites, même quand ils portent le même nom."),
    Motif.SECRET: (MOTS_MOTIF[Motif.SECRET],
        "Le chiffre existe, mais le publier permettrait de reconnaître "
        "quelqu’un. Il n’est ni zéro, ni estimé."),
    Motif.NON_DISPONIBLE: ("non disponible", "Aucun document lu ne donne ce chiffre, ou la case est vide."),
    Motif.SANS_OBJET: ("sans objet", "Le document dit lui-même que la question ne se pose pas (« - »)."),
    Motif.DEFINITION_DIFFERENTE: (MOTS_MOTIF[Motif.DEFINITION_DIFFERENTE],
        "La référence ne publie qu’une quantité qui "
        "ressemble à celle-ci : autre tranche d’âge, autre population. Elle est citée, pas comparée."),
    Motif.CHIFFRE_DOUTEUX: (MOTS_MOTIF[Motif.CHIFFRE_DOUTEUX],
        "Le chiffre imprimé est contredit par une autre source ou par un "
        "calcul. Il est montré tel quel, marqué, et son écart est un fait ; rien n’en est jugé, compté, ni suivi dans "
        "le temps."),
    Motif.REFERENCE_DOUTEUSE: (MOTS_MOTIF[Motif.REFERENCE_DOUTEUSE],
        "Le chiffre de la référence est contredit : l’écart est un fait, "
        "marqué, sans jugement. Si un chiffre sûr de la même référence existe, c’est lui qui sert."),
    Motif.PETIT_TERRITOIRE: ("trop peu d’habitants pour juger", "Sous le nombre d’habitants que dit la fiche de "
        "l’indicateur, quelques personnes suffisent à changer la valeur : elle est montrée, jamais jugée."),
    Motif.ARRONDI: ("chiffre publié à l’unité", "Un chiffre publié sans décimale ne se compare pas au dixième : si "
        "l’arrondi peut changer le verdict, il n’y en a pas."),
    Motif.ANCIEN_PERIMETRE: ("chiffre d’un ancien périmètre", "Une commune a fusionné, une agglomération a gagné ou "
        "perdu des communes : le chiffre mesure le lieu d’avant. Il est montré, sans jugement ni rang, et aucune "
        "évolution ne va de lui à ceux d’après."),
    Motif.EFFECTIF: (MOTS_MOTIF[Motif.EFFECTIF],
        "Un nombre "
        "d’habitants ou de logements n’est comparé qu’entre territoires du même niveau."),
}  # fmt: skip
"""Pourquoi une comparaison manque ou reste sans jugement : (ce qui est écrit à l'écran, ce que cela veut dire)."""


def chapitres() -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Toutes les règles de lecture, par chapitre : (titre, paires mot et sens)."""
    return [*REGLES.items(), ("Quand il n’y a pas de comparaison", tuple(MOTIFS.values()))]


STATUTS: dict[Statut, tuple[str, str]] = {
    Statut.EXACT: ("valeur exacte", "46,7 %"),
    Statut.ENVIRON: ("valeur arrondie ou approchée par le document", "environ 3 000"),
    Statut.AU_MOINS: ("seuil bas", "plus de 30 %"),
    Statut.AU_PLUS: ("seuil haut", "au plus 5 %"),
    Statut.INTERVALLE: ("classe", "de 25 à 30 %"),
    Statut.SECRET: ("secret statistique", "s"),
    Statut.NON_DISPONIBLE: ("non disponible", "nd, ou case vide"),
    Statut.SANS_OBJET: ("sans objet", "-"),
}
"""Ce que peut dire une case imprimée, avec un exemple de ce que l'on y lit."""
